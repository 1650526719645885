import { describe, expect, it } from 'vitest'
import { strengthOf } from './passphrase-strength.ts'

describe('strengthOf', () => {
  it.each(['', 'password1', 'aaaaaaaaaaaaaaaa', '12345678', 'qwertz123', 'summer'])('rates “%s” as easy to guess', (passphrase) =>
    expect(strengthOf(passphrase)).toBe(0),
  )
  it('rates four common words higher than one', () => {
    expect(strengthOf('copper lantern river moss')).toBeGreaterThan(strengthOf('lanterns'))
  })
  it('rates six common words as strong', () => expect(strengthOf('copper lantern river moss eleven harbour')).toBe(3))
  it('rates a long mix of characters as strong', () => expect(strengthOf('vK7#qM2!zR9$wT4')).toBe(3))
})
