import type { RecordId } from '../../engine/api/engine.ts'

/** Asks to open a record. */
export class OpenRecord extends Event {
  constructor(
    readonly record: RecordId,
    /** The cursor moved there while another record was open. */
    readonly following: boolean,
  ) {
    super('open-record')
  }
}
