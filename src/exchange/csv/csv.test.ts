import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { typingLocale } from '../../space/cells/typed.ts'
import { previewCsv } from './preview.ts'
import { readCsv } from './read-csv.ts'
import { typedRows } from './typed-rows.ts'
import { csvRow } from './write-csv.ts'

const file = (...parts: BlobPart[]) => new Blob(parts)
const rowsOf = async (blob: Blob, delimiter = ',') => {
  const rows: string[][] = []
  for await (const part of readCsv(blob, { delimiter, encoding: 'utf-8' })) rows.push(...part.rows)
  return rows
}

describe('a preview', () => {
  it('guesses delimiter, header and types', async () => {
    const lines = [
      'name;born;age;active;crew',
      'Ash;2001-02-03;24;yes;Day',
      'Briar;1994;31,5;no;Night',
      'Calla;1986-07;40;yes;Day',
    ]
    const { guess, rows, records, exact, ragged } = await previewCsv(file(lines.join('\r\n')))
    expect(guess).toMatchObject({ delimiter: ';', header: true, encoding: 'utf-8' })
    expect(guess.columns).toEqual([
      { name: 'name', type: 'text' },
      { name: 'born', type: 'date' },
      { name: 'age', type: 'number', decimal: ',' },
      { name: 'active', type: 'checkbox' },
      { name: 'crew', type: 'text' },
    ])
    expect(rows[0]).toEqual(['Ash', '2001-02-03', '24', 'yes', 'Day'])
    expect({ records, exact, ragged }).toEqual({ records: 3, exact: true, ragged: 0 })
  })

  it.each([
    ['decimal commas', ['1,5', '1.234,56'], { type: 'number', decimal: ',' }, [1.5, 1234.56]],
    ['decimal points', ['1.5', '1,234.56'], { type: 'number', decimal: '.' }, [1.5, 1234.56]],
    ['an amount that the locale decides', ['1,234'], { type: 'number', decimal: ',' }, [1.234]],
    ['a day above 12', ['13/02/2026', '03/04/2026'], { type: 'date', dateOrder: 'day-first' }, ['2026-02-13', '2026-04-03']],
    [
      'a day above 12 behind',
      ['02/13/2026', '3/4/2026'],
      { type: 'date', dateOrder: 'month-first' },
      ['2026-02-13', '2026-03-04'],
    ],
    ['days that the locale decides', ['3/4/2026'], { type: 'date', dateOrder: 'day-first' }, ['2026-04-03']],
    ['names of months', ['3 Apr 2026', '2026-05'], { type: 'date' }, ['2026-04-03', '2026-05']],
    ['both orders', ['13/02/2026', '02/13/2026'], { type: 'text' }, ['13/02/2026', '02/13/2026']],
    ['codes', ['12-1999', '10-2000'], { type: 'text' }, ['12-1999', '10-2000']],
  ])('decides the notation of a column with %s by all of its cells', async (_, cells, column, values) => {
    const { guess } = await previewCsv(
      file(['value;note', ...cells.map((cell) => `${cell};x`)].join('\n')),
      { delimiter: ';' },
      typingLocale('de-DE'),
    )
    expect(guess.columns[0]).toEqual({ name: 'value', ...column })
    const rows = typedRows(guess.columns.slice(0, 1), ';')
    expect(cells.map((cell) => rows.take([cell])[0])).toEqual(values)
  })

  it('reads no locale-dependent notation without a locale, and follows the chosen one', async () => {
    const text = 'amount;day\n1,234;3/4/2026'
    expect((await previewCsv(file(text))).guess.columns).toEqual([
      { name: 'amount', type: 'number', decimal: '.' },
      { name: 'day', type: 'text' },
    ])
    const columns = [
      { name: 'amount', type: 'number', decimal: ',' },
      { name: 'day', type: 'date', dateOrder: 'month-first' },
    ] as const
    const { guess } = await previewCsv(file(text), { columns }, typingLocale('en-GB'))
    expect(guess.columns).toEqual(columns)
    const rows = typedRows(guess.columns, ';')
    expect(rows.take(['1,234', '3/4/2026'])).toEqual([1.234, '2026-03-04'])
    expect(rows.take(['2', '31/12/2026'])).toEqual([2, '31/12/2026'])
    expect(rows.unfit).toBe(1)
  })

  it('prefers given settings to guesses', async () => {
    const { guess } = await previewCsv(file('1;a\n2;b'), { header: true, columns: [{ name: 'N', type: 'text' }] })
    expect(guess.columns).toEqual([
      { name: 'N', type: 'text' },
      { name: 'a', type: 'text' },
    ])
  })

  it('keeps leading zeros and long ids as text, and guesses a choice for few distinct words', async () => {
    const lines = Array.from(
      { length: 60 },
      (_, index) => `00${index},${10n ** 18n + BigInt(index)},${index % 3 ? 'Lu' : 'Ll'},${index}`,
    )
    expect((await previewCsv(file(lines.join('\n')))).guess.columns.map(({ type }) => type)).toEqual([
      'text',
      'text',
      'choice',
      'number',
    ])
  })

  it.each([
    [
      'UTF-16 with a mark',
      Uint8Array.of(0xff, 0xfe, ...[...'a,b\n1,é'].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8])),
      'utf-16le',
    ],
    ['Windows-1252', Uint8Array.of(...[...'a,b\n1,caf'].map((c) => c.charCodeAt(0)), 0xe9), 'windows-1252'],
    ['UTF-8 with a mark', Uint8Array.of(0xef, 0xbb, 0xbf, 97, 44, 98), 'utf-8'],
  ])('reads %s', async (_, bytes, encoding) => {
    const { guess } = await previewCsv(file(bytes))
    expect(guess.encoding).toBe(encoding)
    expect(guess.columns).toHaveLength(2)
  })

  it('rejects a file that is empty, blank or not text, with a reason', async () => {
    await expect(previewCsv(file())).rejects.toMatchObject({ code: 'csv-empty' })
    await expect(previewCsv(file('\n\n\n'))).rejects.toMatchObject({ code: 'csv-empty' })
    await expect(previewCsv(file(Uint8Array.from({ length: 4000 }, (_, index) => (index * 7) % 256)))).rejects.toMatchObject({
      code: 'csv-binary',
    })
  })

  it('counts rows of uneven length, and creates columns for the longest', async () => {
    const { ragged, guess } = await previewCsv(file('a,b\n1,2\n3\n4,5,6\n7,8'))
    expect(ragged).toBe(2)
    expect(guess.columns).toHaveLength(3)
  })

  it('estimates the records of a large file', async () => {
    const line = 'abcdefghi,1234567890\n'
    const { records, exact, limit } = await previewCsv(file(line.repeat(400_000)))
    expect(exact).toBe(false)
    expect(Math.abs(records - 400_000)).toBeLessThan(4_000)
    expect(records).toBeGreaterThan(limit)
  })
})

describe('reading', () => {
  it('returns the rows that were written, with any content and chunk size', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '👩', ',', '"', '\n', ' ', ';') })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), async (rows) => {
        const text = Papa.unparse(rows, { quotes: true, newline: '\n' })
        expect(await rowsOf(file(text))).toEqual(rows)
      }),
    )
  })

  it('reads a file of several chunks', async () => {
    const rows = Array.from({ length: 60_000 }, (_, index) => [String(index), `"quoted", line\n${index}`, 'ü'.repeat(20)])
    const text = Papa.unparse(rows, { newline: '\n' })
    expect(await rowsOf(file(text))).toEqual(rows)
  })

  it('stops at a quotation mark that is never closed', async () => {
    await expect(rowsOf(file('a,b\n1,"', 'x,y\n'.repeat(3_000_000)))).rejects.toMatchObject({
      code: 'csv-quote',
      detail: { row: 2 },
    })
  })

  it('can be cancelled', async () => {
    const reading = readCsv(file('a\n'.repeat(2_000_000)), { delimiter: ',', encoding: 'utf-8' }, AbortSignal.abort())
    await expect(reading.next()).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a formula', () => {
  const text = fc.string({ unit: fc.constantFrom('=', '＝', '+', '-', '@', ';', '\t', '\r', '\n', "'", 'a', ',', '"', ' ') })

  it('is written as text, and is restored on import', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1 }), async (rows) => {
        const written = ['_id,name\r\n', ...rows.map((cells) => csvRow(cells))].join('')
        for await (const { rows: raw } of readCsv(file(written), { delimiter: ',', encoding: 'utf-8', exact: true }))
          for (const cells of raw) for (const cell of cells) expect(cell).not.toMatch(/^[=＝+\-@\t\r]/)
        expect((await rowsOf(file(written))).slice(1)).toEqual(rows)
      }),
    )
  })

  it('is also written as text after a full-width sign, and quoted after other separators', () => {
    expect(csvRow(['＝1', '＋1', '－1', '＠x', 'x;=1+1', 'x\t=1'])).toBe('\'＝1,\'＋1,\'－1,\'＠x,"x;=1+1","x\t=1"\r\n')
  })

  it('is written unchanged with `exact`, and is restored on import', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1 }), async (rows) => {
        const written = ['_id,name\r\n', ...rows.map((cells) => csvRow(cells, { exact: true }))].join('')
        const read: string[][] = []
        for await (const part of readCsv(file(written), { delimiter: ',', encoding: 'utf-8', exact: true }))
          read.push(...part.rows)
        expect(read.slice(1)).toEqual(rows)
      }),
    )
  })

  it('does not affect numbers, and a column of guarded texts stays a text', async () => {
    expect(csvRow([-5, '-5', '+49 30', '=1+2', "'=x", "it's"])).toBe("-5,'-5,'+49 30,'=1+2,''=x,it's\r\n")
    const { guess, rows, guarded } = await previewCsv(file("'=n,a,b\r\n1,-5,'-5\r\n2,-6,'-6\r\n"))
    expect(guess.columns).toEqual([
      { name: '=n', type: 'number' },
      { name: 'a', type: 'number' },
      { name: 'b', type: 'text' },
    ])
    expect({ rows, guarded }).toEqual({
      rows: [
        ['1', '-5', '-5'],
        ['2', '-6', '-6'],
      ],
      guarded: true,
    })
    const exact = await previewCsv(file("'=n,a\r\n'=1,x"), { exact: true })
    expect(exact.guess).toMatchObject({ exact: true, columns: [{ name: "'=n" }, { name: 'a' }] })
  })
})

describe('typed rows', () => {
  it('keep text that does not fit, and cells beyond the last column', () => {
    const rows = typedRows(
      [
        { name: 'n', type: 'number' },
        { name: 'c', type: 'choice' },
        { name: 't', type: 'text' },
      ],
      ',',
    )
    const [one, two] = [rows.take(['1,5x', 'Day', 'a', 'b', 'c']), rows.take(['2', 'Day'])]
    expect(one).toEqual(['1,5x', two[1], 'a,b,c'])
    expect(two).toEqual([2, two[1], undefined])
    expect(rows.unfit).toBe(1)
    expect([...(rows.options.get(1) ?? [])]).toEqual([['Day', two[1]]])
  })
})
