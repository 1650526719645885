import { expect, it } from 'vitest'
import { backgroundWork } from './background-work.ts'

it('waits for all work, including work started meanwhile, and reports errors', async () => {
  const errors: unknown[] = []
  const background = backgroundWork((error) => errors.push(error))
  const done: string[] = []
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  background.run(async () => {
    await turn()
    done.push('first')
    background.run(async () => {
      await turn()
      done.push('second')
    })
    throw new Error('broken')
  })
  await background.ended()
  expect(done).toEqual(['first', 'second'])
  expect(errors).toEqual([new Error('broken')])
})
