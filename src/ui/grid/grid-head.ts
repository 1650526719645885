import { msg, str } from '@lit/localize'
import { html, nothing, type TemplateResult } from 'lit'
import arrowDown from 'lucide-static/icons/arrow-down.svg?raw'
import arrowUp from 'lucide-static/icons/arrow-up.svg?raw'
import chevronDown from 'lucide-static/icons/chevron-down.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { Field } from '../../engine/api/engine.ts'
import { fieldType } from '../fields/field-type.ts'
import type { MenuItem } from '../parts/menu.ts'
import { icon } from '../theme/icon.ts'
import { columnWidth } from './column.ts'
import type { Sort } from './sort.ts'
import '../parts/menu.ts'

interface GridHead {
  readonly fields: readonly Field[]
  readonly sort: Sort | undefined
  /** The selected head. */
  readonly at: number | undefined
  readonly sortBy: (field: Field) => void
  readonly itemsOf: (field: Field) => readonly MenuItem[]
  readonly addColumn: () => void
}

const ariaSort = (sort: Sort | undefined, field: Field) =>
  sort?.field === field.id ? (sort.descending ? 'descending' : 'ascending') : 'none'

const column = (head: GridHead, field: Field, at: number): TemplateResult => {
  const sorted = head.sort?.field === field.id ? head.sort : undefined
  return html`<div role="columnheader" id="head-${at}" aria-colindex=${at + 2} aria-sort=${ariaSort(head.sort, field)}
      class="${at === 0 ? 'stuck name' : ''} ${head.at === at ? 'at' : ''}" style="inline-size:${columnWidth(field, at)}px;flex:none">
    <button class="sort" tabindex="-1" title=${field.name} @click=${() => head.sortBy(field)}>
      ${icon(fieldType(field.type).icon)}<span class="ellipsis">${field.name}</span>
      ${sorted ? html`<span class="arrow">${icon(sorted.descending ? arrowDown : arrowUp)}</span>` : nothing}
    </button>
    <tessera-menu tabindex="-1" .label=${msg(str`Column ${field.name}`)} .items=${head.itemsOf(field)}>${icon(chevronDown)}</tessera-menu>
  </div>`
}

/** The column heads: a click sorts, a menu has the other actions. */
export const gridHead = (head: GridHead): TemplateResult => html`<div class="head" role="rowgroup">
  <div role="row" aria-rowindex="1">
    <div role="columnheader" class="stuck index" aria-colindex="1"><span class="visually-hidden">${msg('Row')}</span></div>
    ${head.fields.map((field, at) => column(head, field, at))}
    <div role="columnheader" id="head-${head.fields.length}" aria-colindex=${head.fields.length + 2} class=${head.at === head.fields.length ? 'at' : ''}>
      <button class="add-column" tabindex="-1" aria-label=${msg('Add column')} title=${msg('Add column')} @click=${head.addColumn}>${icon(plus)}</button>
    </div>
  </div>
</div>`
