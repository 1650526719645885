/** For tests in Node: the tables of test/fixtures. In browsers: `fixtures-in-browser.ts`. */
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

export type Fixture = 'UnicodeData.txt' | 'iso-3166-1.csv'

/** A table as the unzipped file that a user would choose. */
export const fixture = async (name: Fixture): Promise<Blob> =>
  new Blob([await promisify(gunzip)(await readFile(new URL(`../fixtures/${name}.gz`, import.meta.url)))])
