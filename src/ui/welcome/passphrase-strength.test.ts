import { describe, expect, it } from 'vitest'
import { strengthOf } from './passphrase-strength.ts'

describe('strengthOf', () => {
  it.each([
    '',
    'password1',
    'aaaaaaaaaaaaaaaa',
    '12345678',
    'qwertz123',
    'summer2024',
    'P@ssw0rd123',
    'Tessera2026!',
    '31.12.1999',
    'abcabcabcabcabcabc',
  ])('rates %j as easy to guess', (passphrase) => expect(strengthOf(passphrase)).toBe(0))

  it('rates four common words higher than one', () => {
    expect(strengthOf('copper lantern river moss')).toBeGreaterThan(strengthOf('lanterns'))
  })

  it.each(['copper lantern river moss eleven harbour', 'dunkel morgen fenster vogel', 'vK7#qM2!zR9$wT4'])(
    'rates %j as strong',
    (passphrase) => expect(strengthOf(passphrase)).toBe(3),
  )
})
