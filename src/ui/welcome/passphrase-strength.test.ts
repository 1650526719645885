import { describe, expect, it } from 'vitest'
import { strengthOf } from './passphrase-strength.ts'

describe('a passphrase', () => {
  it.each(['', 'password1', 'aaaaaaaaaaaaaaaa', '12345678', 'qwertz123', 'summer'])('%s is easy to guess', (passphrase) =>
    expect(strengthOf(passphrase)).toBe(0),
  )
  it('of four usual words is better than one word', () => {
    expect(strengthOf('copper lantern river moss')).toBeGreaterThan(strengthOf('lanterns'))
  })
  it('of six usual words is hard', () => expect(strengthOf('copper lantern river moss eleven harbour')).toBe(3))
  it('of many kinds of characters is hard when long', () => expect(strengthOf('vK7#qM2!zR9$wT4')).toBe(3))
})
