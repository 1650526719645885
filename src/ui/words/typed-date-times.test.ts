import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { typingLocale } from '../../space/cells/typed.ts'
import { formatDateTime } from './date-times.ts'
import { editableDateTime, readTypedDateTime } from './typed-date-times.ts'

const BERLIN = { zone: 'Europe/Berlin', now: new Date('2026-11-28T22:40:15.250Z') }

const read = (text: string, tag = 'en-GB', moment = BERLIN) => {
  const typed = readTypedDateTime(text, typingLocale(tag), moment)
  return typed.kind === 'value' ? typed.values : typed.kind
}

describe('a typed date and time', () => {
  it.each([
    ['21.11.2026 14:00', '2026-11-21T13:00:00Z[Europe/Berlin]'],
    ['tomorrow 9:30', '2026-11-29T08:30:00Z[Europe/Berlin]'],
    ['9 pm', '2026-11-28T20:00:00Z[Europe/Berlin]'],
    ['12 am', '2026-11-27T23:00:00Z[Europe/Berlin]'],
    ['fri, 9.15', '2026-12-04T08:15:00Z[Europe/Berlin]'],
    ['2026-07-01', '2026-06-30T22:00:00Z[Europe/Berlin]'],
    ['now', '2026-11-28T22:40:15Z[Europe/Berlin]'],
    ['2026-11-21 14:00 Europe/London', '2026-11-21T14:00:00Z[Europe/London]'],
    ['2026-11-21 14:00 UTC', '2026-11-21T14:00:00Z[UTC]'],
    ['2026-11-21T14:00Z', '2026-11-21T14:00:00Z[Europe/Berlin]'],
  ])('%s is %s', (text, stored) => {
    expect(read(text)).toEqual([stored])
  })

  it('reads "heute 9 Uhr" in German', () => {
    expect(read('heute 9 Uhr', 'de-DE')).toEqual(['2026-11-28T08:00:00Z[Europe/Berlin]'])
  })

  it('offers both readings of a day and month that can be exchanged', () => {
    expect(read('3/4/2026 9:00')).toHaveLength(2)
  })

  it('keeps the offset before the jump where the clocks skip an hour', () => {
    expect(read('2026-03-29 02:30')).toEqual(['2026-03-29T01:30:00Z[Europe/Berlin]'])
  })

  it.each(['25:00', '9:75', '13 pm', 'soon 9:00', '2026-11-21 14:00 Europe/Atlantis', '2026-11', 'now or never'])(
    '%s is no date and time',
    (text) => {
      expect(read(text)).toBe('none')
    },
  )

  it('is read back from its edited form in every zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'UTC')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), zones, (seconds, zone) => {
        // Minutes away from a repeated hour are unambiguous; inside it the first one is meant.
        const stored = `${new Date(Math.floor(seconds / 86_400) * 86_400_000 + 43_200_000).toISOString().replace('.000Z', 'Z')}[${zone}]`
        expect(read(editableDateTime(stored, 'Europe/Berlin'))).toEqual([stored])
      }),
    )
  })
})

describe('a stored date and time', () => {
  it('names its zone only where the device is in another one', () => {
    const stored = '2026-11-21T13:00:00Z[Europe/Berlin]'
    expect(formatDateTime(stored, 'Europe/Berlin')).not.toMatch(/GMT|CET|UTC/)
    expect(formatDateTime(stored, 'America/New_York')).toMatch(/GMT|CET|UTC/)
  })

  it('is returned unchanged when it is no date-time', () => {
    expect(formatDateTime('soon')).toBe('soon')
  })
})
