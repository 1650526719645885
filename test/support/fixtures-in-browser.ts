/** For tests in browsers: the tables of test/fixtures. */
import iso from '../fixtures/iso-3166-1.csv.gz?url'
import unicode from '../fixtures/UnicodeData.txt.gz?url'
import type { Fixture } from './fixtures.ts'

const ADDRESSES: Readonly<Record<Fixture, string>> = { 'UnicodeData.txt': unicode, 'iso-3166-1.csv': iso }

/** A table as the unzipped file that a user would choose. */
export const fixture = async (name: Fixture): Promise<Blob> => {
  const file = await (await fetch(ADDRESSES[name])).blob()
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer())
  // Some servers send the file with a Content-Encoding header, so the browser has already unzipped it.
  if (first !== 0x1f || second !== 0x8b) return file
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).blob()
}
