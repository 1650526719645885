import type { CellChange } from './change.ts'

/** An editor changes its cell. */
export class CellChanged extends Event {
  constructor(readonly change: CellChange) {
    super('cell-changed')
  }
}
