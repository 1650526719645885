import { describe, expect, it } from 'vitest'
import { intentOf } from './keys.ts'

const press = (
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', true>> = {},
  forward: 1 | -1 = 1,
) => intentOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held }, forward)

describe('a key in the grid', () => {
  it('moves with the arrows, the other way where text runs from right to left', () => {
    expect(press('ArrowDown')).toEqual({ kind: 'move', rows: 1, columns: 0 })
    expect(press('ArrowRight')).toEqual({ kind: 'move', rows: 0, columns: 1 })
    expect(press('ArrowRight', {}, -1)).toEqual({ kind: 'move', rows: 0, columns: -1 })
  })

  it('goes to the ends of the row, and with Ctrl of the table', () => {
    expect(press('End')).toEqual({ kind: 'go', column: 'last' })
    expect(press('Home', { ctrlKey: true })).toEqual({ kind: 'go', row: 'first', column: 'first' })
  })

  it('begins an edit by typing, with what was typed', () => {
    expect(press('k')).toEqual({ kind: 'edit', typed: 'k' })
    expect(press('é')).toEqual({ kind: 'edit', typed: 'é' })
    expect(press('F2')).toEqual({ kind: 'edit' })
  })

  it('leaves to the page what is not its own', () => {
    expect(press('z', { ctrlKey: true })).toBeUndefined()
    expect(press('Shift', { shiftKey: true })).toBeUndefined()
  })

  it('keeps Tab, Ctrl A and Shift with an arrow within the grid', () => {
    expect(press('Tab')).toEqual({ kind: 'tab', by: 1 })
    expect(press('Tab', { shiftKey: true })).toEqual({ kind: 'tab', by: -1 })
    expect(press('a', { ctrlKey: true })).toEqual({ kind: 'nothing' })
    expect(press('ArrowDown', { shiftKey: true })).toEqual({ kind: 'move', rows: 1, columns: 0 })
  })

  it('copies with Ctrl or Command', () => {
    expect(press('c', { metaKey: true })).toEqual({ kind: 'copy' })
    expect(press('c')).toEqual({ kind: 'edit', typed: 'c' })
  })
})
