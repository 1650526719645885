import { describe, expect, it } from 'vitest'
import { toCbor } from '../../src/bytes/cbor.ts'
import { signer } from '../../src/bytes/ed25519.ts'
import { toBase32, toHex } from '../../src/bytes/encoding.ts'
import { spaceStore } from '../../src/engine/spaces/space-store.ts'
import { encodeWire } from '../../src/network/adapter/repo-wire.ts'
import { makeStatement, packStatement } from '../../src/people/attestation.ts'
import { actorStem } from '../../src/people/device-keys.ts'
import { bucketOf, newId, type RecordId, type SpaceId } from '../../src/space/ids.ts'
import { createSpace } from '../../src/space/space.ts'
import type { Vault, VaultWrite } from '../../src/vault/vault.ts'
import { asText, counted, fixedKeys, fixRandom, vectorsOf } from './fixed.ts'

const NOW = 1_780_000_000

const aStatement = async () => {
  const { sign } = await fixedKeys(0x10)
  return makeStatement(toHex(counted(32)), counted(16, 0x20), toHex(counted(32, 0x30)), sign.publicKey, await signer(sign))
}

describe('docs/formats', () => {
  it('document.md has the vectors that the code produces', async () => {
    const { sign } = await fixedKeys(0x10)
    fixRandom()
    const actor = actorStem(sign.publicKey) + toHex(counted(8, 0xf0))
    const { space, first } = createSpace(actor, 'Lumen House', NOW)
    const [change = new Uint8Array()] = space.resident.handle.getChanges([])
    const record = newId<RecordId>()
    await expect(
      asText({
        actor,
        now: NOW,
        name: 'Lumen House',
        commentsTable: toBase32(counted(16)),
        containers: space.containers,
        firstChange: { hash: first, bytes: change.length },
        record: { bytes: toHex(counted(16, 16)), id: record, bucket: bucketOf(record) },
      }),
    ).toMatchFileSnapshot(vectorsOf('document'))
  })

  it('storage.md has the vectors that the code produces', async () => {
    const written: VaultWrite[] = []
    const vault = { write: async (entries: readonly VaultWrite[]) => void written.push(...entries) } as unknown as Vault
    const statement = await aStatement()
    const part = {
      changes: [counted(4, 0xe0)],
      statements: [statement],
      calls: [{ id: 'a-call', change: toHex(counted(32, 0x30)) }],
    }
    await spaceStore(vault, toBase32(counted(16)) as SpaceId).append(part)
    await expect(
      asText({
        part: {
          changes: part.changes.map(toHex),
          statements: part.statements.map((each) => toHex(packStatement(each))),
          calls: part.calls,
        },
        stored: written.map(({ area, key, value }) => ({ area, key, value: toHex(value ?? new Uint8Array()) })),
      }),
    ).toMatchFileSnapshot(vectorsOf('storage'))
  })

  it('sync.md has the vectors that the code produces', async () => {
    const statement = packStatement(await aStatement())
    const message = {
      type: 'sync',
      senderId: 'first',
      targetId: 'second',
      documentId: '11Yj1Kcd63DDrUaXjsPEMLiDUu5',
      data: counted(4, 0xe0),
      statements: [statement],
      log: [counted(32, 0x50)],
    }
    await expect(
      asText({
        envelope: {
          ...message,
          data: toHex(message.data),
          statements: [toHex(statement)],
          log: message.log.map(toHex),
          bytes: toHex(encodeWire(message as never)),
        },
        have: { hashes: [toHex(counted(32))], bytes: toHex(toCbor(['have', [counted(32)]])) },
      }),
    ).toMatchFileSnapshot(vectorsOf('sync'))
  })
})
