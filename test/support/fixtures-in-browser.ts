/** For tests in browsers: the real tables of test/fixtures. */
import iso from '../fixtures/iso-3166-1.csv.gz?url'
import unicode from '../fixtures/UnicodeData.txt.gz?url'
import type { Fixture } from './fixtures.ts'

const ADDRESSES: Readonly<Record<Fixture, string>> = { 'UnicodeData.txt': unicode, 'iso-3166-1.csv': iso }

/** A table as the file that a person would choose, unzipped. */
export const fixture = async (name: Fixture): Promise<Blob> => {
  const zipped = await (await fetch(ADDRESSES[name])).blob()
  return new Response(zipped.stream().pipeThrough(new DecompressionStream('gzip'))).blob()
}
