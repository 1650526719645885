import { afterEach, expect, it, vi } from 'vitest'
import { SheetEntry } from './sheet-entry.ts'

afterEach(() => vi.restoreAllMocks())

const steppedBack = () => new Promise((resolve) => addEventListener('popstate', resolve, { once: true }))

it('steps back once when it is closed twice', async () => {
  history.pushState({ at: 'page' }, '')
  const back = vi.spyOn(history, 'back')
  const entry = new SheetEntry(() => undefined)
  entry.open()
  expect(history.state).toMatchObject({ at: 'page', sheet: expect.any(Number) })
  const arrived = steppedBack()
  entry.close()
  entry.close()
  await arrived
  expect(back).toHaveBeenCalledTimes(1)
  expect(history.state).toEqual({ at: 'page' })
})
