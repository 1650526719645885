import { describe, expect, it } from 'vitest'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'
import { createVault, openVault } from '../../vault/open-vault.ts'
import type { Clock } from '../scheduling/clock.ts'
import { attempts } from './attempts.ts'

// The weakest parameters that Argon2id allows, to keep the tests fast.
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }
const HOUR = 3_600_000

/** A device with a profile, whose program can be restarted and whose clock can be set. */
const aDevice = async () => {
  const backend = memoryBackend()
  await createVault(backend, 'correct horse', QUICK)
  let [monotonic, time] = [0, 1_700_000_000_000]
  const clock: Clock = { now: () => monotonic, after: () => () => undefined }
  return {
    backend,
    pass(milliseconds: number) {
      monotonic += milliseconds
      time += milliseconds
    },
    setTime(to: number) {
      time = to
    },
    start() {
      // The monotonic clock of a new process starts at zero.
      monotonic = 0
      const tries = attempts(backend, clock, () => time)
      return (passphrase: string) => tries.run(async () => void (await openVault(backend, passphrase)))
    },
  }
}

const wrong = { code: 'wrong-passphrase' }
const wait = (seconds: number) => ({ code: 'wait', detail: { seconds } })

describe('attempts to unlock', () => {
  it('run one after the other when sent at once, and are delayed after the third wrong passphrase', async () => {
    const unlock = (await aDevice()).start()
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => unlock('wrong horse')))
    const codes = answers.map((answer) => answer.status === 'rejected' && (answer.reason as { code: string }).code)
    expect(codes).toEqual([...Array(3).fill('wrong-passphrase'), ...Array(7).fill('wait')])
  })

  it('are delayed by 2, 4, 8, 16 and then 30 seconds, and the right passphrase resets the delay', async () => {
    const device = await aDevice()
    const unlock = device.start()
    for (let free = 0; free < 2; free++) await expect(unlock('wrong')).rejects.toMatchObject(wrong)
    for (const seconds of [2, 4, 8, 16, 30, 30]) {
      await expect(unlock('wrong')).rejects.toMatchObject(wrong)
      await expect(unlock('correct horse')).rejects.toMatchObject(wait(seconds))
      device.pass(seconds * 1_000)
    }
    await unlock('correct horse')
    await expect(unlock('wrong')).rejects.toMatchObject(wrong)
    await unlock('correct horse')
  })

  it('are delayed for the remaining time after a restart', async () => {
    const device = await aDevice()
    const unlock = device.start()
    for (let time = 0; time < 3; time++) await expect(unlock('wrong')).rejects.toMatchObject(wrong)
    device.pass(500)
    const again = device.start()
    await expect(again('correct horse')).rejects.toMatchObject(wait(2))
    device.pass(1_500)
    await expect(again('wrong')).rejects.toMatchObject(wrong)
    await expect(device.start()('correct horse')).rejects.toMatchObject(wait(4))
  })

  it('are delayed by the same time when the system clock is changed', async () => {
    const device = await aDevice()
    const unlock = device.start()
    for (let time = 0; time < 3; time++) await expect(unlock('wrong')).rejects.toMatchObject(wrong)
    device.setTime(1_700_000_000_000 + HOUR)
    await expect(unlock('correct horse')).rejects.toMatchObject(wait(2))
    device.setTime(0)
    await expect(unlock('correct horse')).rejects.toMatchObject(wait(2))
    await expect(device.start()('correct horse')).rejects.toMatchObject(wait(2))
  })

  it('do not damage the vault', async () => {
    const device = await aDevice()
    const unlock = device.start()
    await expect(unlock('wrong')).rejects.toMatchObject(wrong)
    expect([...(await (await openVault(device.backend, 'correct horse')).check())]).toEqual([])
  })
})
