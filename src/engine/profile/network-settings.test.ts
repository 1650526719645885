import { expect, it } from 'vitest'
import { nodeEngine } from '../../../test/support/node-engine.ts'
import { toHex, utf8 } from '../../bytes/encoding.ts'
import { memoryBackend } from '../../vault/backends/memory-backend.ts'

const PASSPHRASE = 'correct horse battery'
const SERVER = {
  publicUrl: 'https://tessera.example.org/',
  iceServers: [{ urls: ['turn:turn.example.org'], username: '1780000000', credential: 'north wind' }],
}

it('stores the network settings encrypted, and uses them after unlocking when the server is unreachable', async () => {
  const backend = memoryBackend()
  const first = await nodeEngine({ backend, ...SERVER })
  await first.call('createProfile', { name: 'Laptop', passphrase: PASSPHRASE })
  await first.call('setOnlyRelayed', { only: true })
  first.close()
  const stored = (await backend.range([])).map(([, bytes]) => toHex(bytes)).join(' ')
  for (const text of ['tessera.example.org', 'turn.example.org', 'north wind']) expect(stored).not.toContain(toHex(utf8(text)))

  const offline = await nodeEngine({ backend, offline: true })
  await expect(offline.call('showCode', { manual: true })).rejects.toMatchObject({ code: 'locked' })
  const devices = offline.until('devices', undefined, (all) => all.length === 1)
  await offline.call('unlock', { passphrase: PASSPHRASE })
  const open = await offline.until('profile', undefined, ({ kind }) => kind === 'open')
  expect(open).toMatchObject({ publicUrl: SERVER.publicUrl })
  expect(await devices).toMatchObject([{ name: 'Laptop' }])
  expect(await offline.until('network', undefined, () => true)).toEqual({ onlyRelayed: true, relays: true })
  offline.close()
})
