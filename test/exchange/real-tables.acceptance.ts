import { describe, expect, it } from 'vitest'
import { previewCsv } from '../../src/exchange/csv/preview.ts'
import { readCsv } from '../../src/exchange/csv/read-csv.ts'
import { typedRows } from '../../src/exchange/csv/typed-rows.ts'
import type { Fixture } from '../support/fixtures.ts'

/** What the real tables hold, counted with other programs. */
const UNICODE_ROWS = 34_924
const UNICODE_COLUMNS = 15
const COUNTRIES = 249
const COUNTRY_COLUMNS = ['alpha_2', 'alpha_3', 'flag', 'name', 'numeric', 'official_name', 'common_name']

const everyRow = async (file: Blob, guess: { delimiter: string; encoding: 'utf-8' }) => {
  const rows: string[][] = []
  for await (const part of readCsv(file, guess)) rows.push(...part.rows)
  return rows
}

/** Previews and reads the real tables, wherever this runs. */
export const readsRealTables = (fixture: (name: Fixture) => Promise<Blob>): void => {
  describe('the table of Unicode characters', () => {
    it('is previewed with semicolons, no header and an estimate of its rows', async () => {
      const { guess, rows, records, exact, ragged, limit } = await previewCsv(await fixture('UnicodeData.txt'))
      expect(guess).toMatchObject({ delimiter: ';', header: false, encoding: 'utf-8' })
      expect(guess.columns).toHaveLength(UNICODE_COLUMNS)
      expect(rows[0]?.slice(0, 3)).toEqual(['0000', '<control>', 'Cc'])
      expect({ exact, ragged }).toEqual({ exact: false, ragged: 0 })
      expect(Math.abs(records - UNICODE_ROWS)).toBeLessThan(UNICODE_ROWS / 10)
      expect(records).toBeLessThan(limit)
    })

    it('is read whole, with each row as it stands in the file', async () => {
      const file = await fixture('UnicodeData.txt')
      const rows = await everyRow(file, { delimiter: ';', encoding: 'utf-8' })
      expect(rows).toHaveLength(UNICODE_ROWS)
      expect(rows.map((row) => row.join(';')).join('\n')).toBe((await file.text()).trimEnd())
    })

    it('loses no cell on its way to typed values', async () => {
      const file = await fixture('UnicodeData.txt')
      const { guess } = await previewCsv(file)
      const typed = typedRows(guess.columns, guess.delimiter)
      for (const row of await everyRow(file, { delimiter: ';', encoding: 'utf-8' })) {
        const values = typed.take(row)
        row.forEach((cell, column) => {
          if ((values[column] === undefined) !== (cell.trim() === '')) throw new Error(`Lost: ${cell} in ${row.join(';')}`)
        })
      }
    })
  })

  describe('the table of countries', () => {
    it('is previewed with commas and a header', async () => {
      const { guess, records, exact, ragged } = await previewCsv(await fixture('iso-3166-1.csv'))
      expect(guess).toMatchObject({ delimiter: ',', header: true, encoding: 'utf-8' })
      expect(guess.columns.map(({ name }) => name)).toEqual(COUNTRY_COLUMNS)
      expect({ records, exact, ragged }).toEqual({ records: COUNTRIES, exact: true, ragged: 0 })
    })

    it('is read whole, and keeps zeros, commas in quotes and flags', async () => {
      const rows = await everyRow(await fixture('iso-3166-1.csv'), { delimiter: ',', encoding: 'utf-8' })
      expect(rows).toHaveLength(COUNTRIES + 1)
      expect(rows.find(([code]) => code === 'AF')).toEqual([
        'AF',
        'AFG',
        '🇦🇫',
        'Afghanistan',
        '004',
        'Islamic Republic of Afghanistan',
        '',
      ])
      expect(rows.find(([code]) => code === 'BO')?.[3]).toBe('Bolivia, Plurinational State of')
    })
  })
}
