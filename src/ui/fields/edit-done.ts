import type { CellInput } from '../../engine/engine.ts'

/** Where to go after an edit. */
export type Move = 'stay' | 'down' | 'next' | 'previous'

/** An editor is done. `value` is undefined when nothing is to change. */
export class EditDone extends Event {
  constructor(
    readonly move: Move,
    readonly value?: CellInput,
  ) {
    super('edit-done')
  }
}
