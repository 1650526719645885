import type { RecordId } from '../../engine/api/engine.ts'

/** Asks to open a record. */
export class OpenRecord extends Event {
  constructor(
    readonly record: RecordId,
    /** Only because the keyboard went there while another was open. */
    readonly following: boolean,
  ) {
    super('open-record')
  }
}
