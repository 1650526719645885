import type { CellChange } from './change.ts'

/** An editor wants a cell changed. */
export class CellChanged extends Event {
  constructor(readonly change: CellChange) {
    super('cell-changed')
  }
}
