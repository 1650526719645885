import type { CellInput } from '../../engine/api/engine.ts'

/** Where to go after an edit. */
export type Move = 'stay' | 'down' | 'next' | 'previous'

/** What an editor leaves in the cell: a value of the field's type, or a text that does not fit it and is kept, marked. */
export type Outcome = { readonly value: CellInput } | { readonly kept: string }

/** An editor is done. `outcome` is undefined when nothing is to change. */
export class EditDone extends Event {
  constructor(
    readonly move: Move,
    readonly outcome?: Outcome,
  ) {
    super('edit-done')
  }
}

/** What stands in an editor is to be saved now, because the page may close; the editor stays open. */
export class DraftLeft extends Event {
  constructor(readonly outcome: Outcome) {
    super('draft-left')
  }
}
