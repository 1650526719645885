import type { HistoryRow } from '../../query/history.ts'
import type { RecordId, TableId } from '../../space/ids.ts'
import { addPlace, newTouched, type Touched } from '../../space/touched.ts'

/** Collects which devices wrote in each record. */
export class WrittenRecords {
  readonly #byRecord = new Map<RecordId, { readonly table: TableId; readonly devices: Set<string> }>()

  add(rows: readonly HistoryRow[]): void {
    for (const { place, device } of rows) {
      if (place?.in !== 'record') continue
      const known = this.#byRecord.get(place.record)
      if (known) known.devices.add(device)
      else this.#byRecord.set(place.record, { table: place.table, devices: new Set([device]) })
    }
  }

  /** The records in which at least `devices` devices wrote. */
  by(devices: number): Touched['records'] {
    const touched = newTouched()
    for (const [record, { table, devices: by }] of this.#byRecord)
      if (by.size >= devices) addPlace(touched, { in: 'record', table, record })
    return touched.records
  }
}
