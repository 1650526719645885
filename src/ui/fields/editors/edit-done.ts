import type { CellInput } from '../../../engine/api/engine.ts'

/** Where the cursor goes after an edit. */
export type Move = 'stay' | 'down' | 'next' | 'previous'

/** The result of an editor: a value of the field's type, or a text that does not fit it and is stored marked. */
export type Outcome = { readonly value: CellInput } | { readonly kept: string }

/** An editor is done. `outcome` is undefined when nothing changes. */
export class EditDone extends Event {
  constructor(
    readonly move: Move,
    readonly outcome?: Outcome,
  ) {
    super('edit-done')
  }
}

/** Saves an editor's draft because the page may close; the editor stays open. */
export class DraftLeft extends Event {
  constructor(readonly outcome: Outcome) {
    super('draft-left')
  }
}
