import { countRows, list } from './columns.ts'
import { GateError } from './errors.ts'
import { inflate } from './inflate.ts'
import { reader } from './reader.ts'

/** Bytes of one column, inflated. */
const COLUMN_LIMIT = 512 * 1024 * 1024
/** Rows of any column: a space of 300,000 records of a hundred fields. */
const ROW_LIMIT = 50_000_000
/**
 * Rows that a byte of a document may stand for, and what a small one may have besides. Tables of 35,000 and 100,000 records
 * have less than one row a byte; a crafted one of a hundred bytes claims billions.
 */
const ROWS_A_BYTE = 32
const ROWS_BESIDES = 200_000

/** Behind the signature, the checksum and the type of a chunk stands its length, and behind that its body. */
const HEAD = 9
const COMPRESSED = 0x08

/**
 * Counts what a whole document claims to hold before Automerge sees a byte of it.
 * @param chunk whose hash was checked
 * @throws {GateError} `too-large`, `garbled`
 */
export const checkDocumentSize = async (chunk: Uint8Array): Promise<void> => {
  const read = reader(chunk.subarray(HEAD))
  read.uint()
  list(read, (each) => each.bytes(each.uint()))
  list(read, (each) => each.bytes(32))
  const [ofChanges, ofOperations] = [columnsOf(read), columnsOf(read)]
  const limit = Math.min(ROW_LIMIT, ROWS_BESIDES + chunk.length * ROWS_A_BYTE)
  for (const { type, length } of [...ofChanges, ...ofOperations]) {
    const data = read.bytes(length)
    countRows(type & 7, type & COMPRESSED ? await inflate(data, COLUMN_LIMIT) : data, limit)
  }
  if (ofOperations.length === 0 && ofChanges.length === 0)
    throw new GateError('garbled', 'What came as a document has no columns.')
}

const columnsOf = (read: ReturnType<typeof reader>) => list(read, (each) => ({ type: each.uint(), length: each.uint() }))
