import { msg, str } from '@lit/localize'
import { html, nothing, type TemplateResult } from 'lit'
import fileUp from 'lucide-static/icons/file-up.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import rotate from 'lucide-static/icons/rotate-ccw.svg?raw'
import type { OpenSpace, SpaceId, SpaceSummary, TableId } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { engine } from '../engine.ts'
import { emptyPicture } from '../home/empty-picture.ts'
import { hrefOf } from '../route.ts'
import { attempt } from '../shell/message.ts'
import { icon } from '../theme/icon.ts'
import { codeOf, failureSentence } from '../words/failure.ts'

interface SpaceState {
  readonly space: SpaceId
  /** The table in the address. */
  readonly table: TableId | undefined
  readonly open: OpenSpace | undefined
  readonly summary: SpaceSummary | undefined
  readonly error: Error | undefined
  /** Whether loading takes long enough to show it. */
  readonly isOverdue: boolean
  readonly addTable: () => void
}

/** Shown instead of a table: loading, arriving, missing, in the trash or empty, each only once it is known. */
export const spaceState = (state: SpaceState): TemplateResult | typeof nothing => {
  const { space, table, open, summary, error, isOverdue } = state
  if (error) return failed(error)
  if (summary?.deleted)
    return inTrash(
      summary.name,
      msg('Its tables and records are kept. Restore it to use it again.'),
      () => engine().call('restoreSpace', { space }),
      allSpaces(),
    )
  if (summary?.arriving) return isOverdue ? arriving() : nothing
  if (!open?.ready) return isOverdue ? html`<p class="empty muted" role="status">${msg('Loading…')}</p>` : nothing
  return table ? absentTable(space, open, table) : empty(space, state.addTable)
}

const allSpaces = (): TemplateResult => html`<a class="button" href=${hrefOf({ kind: 'spaces' })}>${msg('All spaces')}</a>`

const failed = (error: Error): TemplateResult => {
  if (codeOf(error) === 'damaged') return damaged()
  if (codeOf(error) === 'not-found') return missing(msg('This space is not on this device'), allSpaces())
  return html`<div class="empty" role="alert"><h1>${failureSentence(error)}</h1>${allSpaces()}</div>`
}

const damaged = (): TemplateResult => html`<div class="empty" role="alert"><h1>${msg('This space is damaged on this device')}</h1>
  <p class="muted">${msg('Something other than Tessera changed or removed part of it. Your other spaces work as before. Continue with this one on another of your devices. If you have no other device, leave it as it is: nothing is deleted.')}</p>
  ${allSpaces()}</div>`

const missing = (
  heading: string,
  elsewhere: TemplateResult,
): TemplateResult => html`<div class="empty" role="alert"><h1>${heading}</h1>
  <p class="muted">${msg('It was deleted for good, or has not arrived from your other device yet.')}</p>${elsewhere}</div>`

const inTrash = (
  name: string,
  text: string,
  restore: () => Promise<unknown>,
  elsewhere: TemplateResult,
): TemplateResult => html`<div class="empty"><h1>${msg(str`“${name}” is in the trash`)}</h1><p class="muted">${text}</p>
  <div class="ways"><button class="button primary" @click=${() => attempt(restore)}>${icon(rotate)}${msg('Restore')}</button>${elsewhere}</div></div>`

const absentTable = (space: SpaceId, open: OpenSpace, id: TableId): TemplateResult => {
  const otherTables = html`<a class="button" href=${hrefOf({ kind: 'space', space })}>${msg('Other tables')}</a>`
  const trashed = open.schema.deleted.tables.find((table) => table.id === id)
  if (!trashed) return missing(msg('This table is not on this device'), otherTables)
  return inTrash(
    trashed.name,
    msg('Its records are kept. Restore it to use it again.'),
    () => commit(space, [{ do: 'restore', what: { table: id } }]),
    otherTables,
  )
}

const arriving =
  (): TemplateResult => html`<div class="empty" role="status">${emptyPicture}<h1>${msg('Arriving from your other device')}</h1>
  <p class="muted">${msg('Keep Tessera open on both devices. This space appears here by itself.')}</p>
  ${allSpaces()}</div>`

const empty = (
  space: SpaceId,
  addTable: () => void,
): TemplateResult => html`<div class="empty">${emptyPicture}<h1>${msg('No tables yet')}</h1>
  <p class="muted">${msg('A table holds records of one kind, such as members, machines or books. Create one, or import a file.')}</p>
  <div class="ways"><button class="button primary large" @click=${addTable}>${icon(plus)}${msg('Create a table')}</button>
  <a class="button large" href=${hrefOf({ kind: 'import', space })}>${icon(fileUp)}${msg('Import a file')}</a></div></div>`
