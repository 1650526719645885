import { msg, str } from '@lit/localize'
import { css, html, nothing, type TemplateResult } from 'lit'
import gitCompare from 'lucide-static/icons/git-compare.svg?raw'
import type { Field, Row, SpaceId } from '../../engine/api/engine.ts'
import { icon } from '../theme/icon.ts'
import { askConflict } from './conflict-dialog.ts'

export const conflictStyles = css`
  .conflict { flex: none; display: inline-grid; place-items: center; inline-size: 26px; block-size: 26px; margin-inline-start: auto; border-radius: var(--radius-s); color: var(--warn); background: var(--warn-soft) }
  .conflict .icon svg { inline-size: 15px; block-size: 15px }
  .conflict:hover { outline: 1px solid var(--warn) }
  @media (pointer: coarse) { .conflict { inline-size: 36px; block-size: 36px } }
`

/** A mark on a cell with concurrent edits; it opens the list of their values. */
export const conflictMark = (space: SpaceId, row: Row, field: Field, inGrid = false): TemplateResult | typeof nothing =>
  row.conflicts?.includes(field.id)
    ? html`<button class="conflict" tabindex=${inGrid ? -1 : nothing} title=${msg('Changed on several devices')} aria-label=${msg(str`${field.name} was changed on several devices. Choose a value`)}
        @click=${(event: Event) => {
          event.stopPropagation()
          void askConflict({ space, record: row.id, field })
        }}>${icon(gitCompare)}</button>`
    : nothing
