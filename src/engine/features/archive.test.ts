import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type NodeEngine, nodeEngine } from '../../../test/support/node-engine.ts'
import { propertyRuns, propertyTime } from '../../../test/support/property-runs.ts'
import { archiveOf, testSpace } from '../../../test/support/sessions.ts'
import { toCbor } from '../../bytes/cbor.ts'
import { signer } from '../../bytes/ed25519.ts'
import { hexBytes } from '../../bytes/encoding.ts'
import { makeStatement } from '../../people/attestation.ts'
import { newDeviceKeys } from '../../people/device-keys.ts'
import { newResident } from '../../space/automerge.ts'
import type { FieldId, RecordId, SpaceId, TableId } from '../api/engine.ts'
import { newId } from '../api/new-id.ts'
import { type ArchivedSpace, decodeArchive, encodeArchive, proveArchive } from './archive-file.ts'

const SECRET = 'the word for the attic'
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const device = async (name: string): Promise<NodeEngine> => {
  const engine = await nodeEngine()
  ends.push(() => engine.close())
  await engine.call('createProfile', { name, passphrase: 'correct horse battery' })
  return engine
}

const [PEOPLE, NAME] = [newId<TableId>(), newId<FieldId>()]
const COUNTED = 'SELECT count(*) FROM People'

/** A space with a history of two seconds; `early` is between its first record and the others. */
const aSpace = async (engine: NodeEngine) => {
  const { space } = await engine.call('createSpace', { name: 'Lumen House' })
  const ash = newId<RecordId>()
  await engine.call('commit', {
    space,
    edits: [
      { do: 'create-table', id: PEOPLE, name: 'People', fields: [{ id: NAME, name: 'Name', type: 'text' }] },
      { do: 'create-record', id: ash, table: PEOPLE, values: { [NAME]: 'Ash' } },
    ],
  })
  const early = Math.floor(Date.now() / 1000)
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  for (const name of ['Briar', 'Calla'])
    await engine.call('commit', { space, edits: [{ do: 'create-record', table: PEOPLE, values: { [NAME]: name } }] })
  await engine.call('commit', { space, edits: [{ do: 'set', table: PEOPLE, record: ash, field: NAME, value: 'Ashe' }] })
  return { space, early, ash }
}

describe('an archive of a space', () => {
  it('opens on a device that never had the space, and shows it at any time of its past', async () => {
    const [laptop, attic] = [await device('Laptop'), await device('Attic')]
    const { space, early, ash } = await aSpace(laptop)
    const { name, content } = await laptop.call('archiveSpace', { space, passphrase: SECRET })
    expect(name).toBe('Lumen House.tessera-archive')
    // The file contains no plain text of the space.
    const text = new TextDecoder('latin1').decode(await content.arrayBuffer())
    for (const word of ['Lumen', 'Ash', 'Briar', 'People', space]) expect(text).not.toContain(word)

    const { archive, ...opened } = await attic.call('openArchive', { file: content, passphrase: SECRET })
    expect(opened).toMatchObject({ space, name: 'Lumen House', version: '0.2.0' })
    expect(Math.abs(opened.made - Date.now())).toBeLessThan(60_000)
    const asked = (sql: string, at?: number) =>
      attic.call('querySql', { space: archive, sql, ...(at !== undefined && { at: { time: at } }) }).then(({ rows }) => rows)
    const names = 'SELECT Name FROM People ORDER BY Name'
    expect(await asked(names)).toEqual([['Ashe'], ['Briar'], ['Calla']])
    expect(await asked(names, early)).toEqual([['Ash']])
    await expect(asked(names, 1_000_000)).rejects.toMatchObject({ code: 'not-found' })

    // Every read returns the same as for the original space.
    const [theirs, ours] = await Promise.all([
      attic.until('schema', { space: archive }, ({ ready }) => ready),
      laptop.until('schema', { space }, ({ ready }) => ready),
    ])
    expect(theirs.schema).toEqual(ours.schema)
    expect((await attic.call('history', { space: archive })).entries).toEqual((await laptop.call('history', { space })).entries)
    expect((await attic.call('history', { space: archive, record: ash })).entries).toHaveLength(2)
    const request = { table: PEOPLE, offset: 0, limit: 9 }
    expect((await attic.until('window', { space: archive, ...request }, ({ total }) => total === 3)).rows).toEqual(
      (await laptop.until('window', { space, ...request }, ({ total }) => total === 3)).rows,
    )
    for (const format of ['json', 'csv'] as const) {
      const texts = await Promise.all(
        (
          [
            [attic, archive],
            [laptop, space],
          ] as const
        ).map(async ([engine, id]) => {
          const files = await engine.call('exportSpace', { space: id, format })
          return Promise.all(files.map(async ({ name, content }) => [name, await content.text()]))
        }),
      )
      expect(texts[0]).toEqual(texts[1])
    }
  })

  it('is closed by locking, also when Tessera is locked while it is opened', { timeout: 60_000 }, async () => {
    const engine = await device('Laptop')
    const { space } = await aSpace(engine)
    const { content } = await engine.call('archiveSpace', { space, passphrase: SECRET })
    const began = performance.now()
    await engine.call('openArchive', { file: content, passphrase: SECRET })
    const whole = performance.now() - began
    const outcomes: string[] = []
    for (const share of [0.3, 0.7, 0.9, 0.95, 2]) {
      const opening = engine.call('openArchive', { file: content, passphrase: SECRET }).then(
        ({ archive }) => archive,
        (error: { code: string }) => error.code,
      )
      await new Promise((resolve) => setTimeout(resolve, share * whole))
      await engine.call('lock', undefined)
      const [outcome] = await Promise.all([opening, engine.call('unlock', { passphrase: 'correct horse battery' })])
      outcomes.push(outcome)
      // An archive that was open by then is closed.
      await expect(engine.call('querySql', { space: outcome as SpaceId, sql: COUNTED })).rejects.toThrow()
    }
    expect(outcomes[0]).toBe('locked')
  })

  it('is read-only and not listed as a space', async () => {
    const engine = await device('Laptop')
    const { space, ash, early } = await aSpace(engine)
    const { content } = await engine.call('archiveSpace', { space, passphrase: SECRET })
    await engine.call('commit', { space, edits: [{ do: 'create-record', table: PEOPLE, values: { [NAME]: 'Dill' } }] })
    // Opened twice, while the original space is open.
    const opened = await engine.call('openArchive', { file: content, passphrase: SECRET })
    const again = await engine.call('openArchive', { file: content, passphrase: SECRET })
    const [archive, other] = [opened.archive, again.archive]
    expect(new Set([archive, other, space]).size).toBe(3)
    const set = { do: 'set', table: PEOPLE, record: ash, field: NAME, value: 'Never' } as const
    await expect(engine.call('commit', { space: archive, edits: [set] })).rejects.toMatchObject({ code: 'read-only' })
    const what = { kind: 'space' } as never
    await expect(engine.call('putBack', { space: archive, to: { time: early }, what })).rejects.toThrow()
    expect(await engine.call('undo', { space: archive })).toMatchObject({ done: false })
    expect((await engine.call('querySql', { space: archive, sql: COUNTED })).rows).toEqual([[3]])
    expect((await engine.call('querySql', { space, sql: COUNTED })).rows).toEqual([[4]])
    expect(await engine.until('spaces', undefined, () => true)).toHaveLength(1)
    expect((await engine.call('verify')).spaces).toHaveLength(1)

    await engine.call('closeArchive', { archive })
    await expect(engine.call('querySql', { space: archive, sql: COUNTED })).rejects.toMatchObject({ code: 'not-found' })
    await expect(engine.call('closeArchive', { archive })).rejects.toMatchObject({ code: 'not-found' })
    expect((await engine.call('querySql', { space: other, sql: COUNTED })).rows).toEqual([[3]])
    // A copy of an archive is an ordinary space.
    const { space: copy } = await engine.call('copySpace', { space: other, name: 'Lumen House, found' })
    await engine.call('commit', { space: copy, edits: [set] })
    expect(
      (await engine.call('querySql', { space: copy, sql: "SELECT count(*) FROM People WHERE Name = 'Never'" })).rows,
    ).toEqual([[1]])
    await engine.call('lock')
  })

  it('is rejected when it is not an archive, was altered, or has another passphrase', async () => {
    const engine = await device('Laptop')
    const { space } = await aSpace(engine)
    const { content } = await engine.call('archiveSpace', { space, passphrase: SECRET })
    const bytes = new Uint8Array(await content.arrayBuffer())
    const open = (file: Blob, passphrase = SECRET) => engine.call('openArchive', { file, passphrase })
    await expect(open(new Blob(['a,b\n1,2\n']))).rejects.toMatchObject({ code: 'not-an-archive' })
    await expect(open(content, 'another')).rejects.toMatchObject({ code: 'wrong-passphrase' })
    await expect(open(content.slice(0, bytes.length - 1))).rejects.toMatchObject({ code: 'damaged' })
    await expect(open(new Blob([bytes.map((byte, at) => (at === bytes.length - 40 ? byte ^ 1 : byte))]))).rejects.toMatchObject({
      code: 'damaged',
    })
    await expect(engine.call('archiveSpace', { space, passphrase: '' })).rejects.toMatchObject({ code: 'bad-value' })
    // The engine still works.
    expect((await engine.call('querySql', { space: (await open(content)).archive, sql: COUNTED })).rows).toEqual([[3]])
  })
})

/** The content of an archive, as somebody who knows the passphrase could write it. */
const archived = async (): Promise<ArchivedSpace & { readonly stem: string }> => {
  const { holder } = await testSpace()
  const { session } = holder
  await session.commit('a', [{ do: 'create-table', name: 'Members' }])
  return { ...archiveOf(session), stem: session.space().resident.handle.getActorId().slice(0, 32) }
}
const refused = { name: 'EngineFailure', code: 'damaged', message: expect.stringContaining('archive') }

describe('the content of an archive', () => {
  it('is valid and unchanged after encoding and decoding', async () => {
    const space = await archived()
    const read = await decodeArchive(encodeArchive(space))
    expect(read).toEqual({ ...space, stem: undefined })
    expect((await proveArchive(read)).devices.size).toBe(2)
  })

  it('is rejected when a change or a statement is not signed by its device', async () => {
    const space = await archived()
    const { handle } = newResident(`${space.stem}${'07'.repeat(8)}`)
    handle.loadIncremental(space.document)
    handle.put('/', 'forged', 'x')
    handle.commit('{}', 1)
    await expect(proveArchive({ ...space, document: handle.save() })).rejects.toMatchObject(refused)
    await expect(proveArchive({ ...space, statements: [] })).rejects.toMatchObject(refused)
    const [statement] = space.statements
    const stranger = await newDeviceKeys()
    const forged = await makeStatement(
      space.root,
      hexBytes('00'.repeat(16)),
      statement?.change ?? '',
      stranger.sign.publicKey,
      await signer(stranger.sign),
    )
    const statements = [{ ...forged, device: statement?.device ?? forged.device }]
    await expect(proveArchive({ ...space, statements })).rejects.toMatchObject(refused)
    await expect(proveArchive({ ...space, log: [] })).rejects.toMatchObject(refused)
  })

  it('is rejected when its operations are not in canonical order, although its changes are signed', async () => {
    await expect(proveArchive(await archived(), () => undefined)).rejects.toMatchObject(refused)
  })

  it('is rejected when a statement is not a byte string', async () => {
    const { name, version, made, root, document } = await archived()
    for (const odd of [7, null, 'word'])
      await expect(
        decodeArchive(toCbor({ name, version, made, space: hexBytes(root), log: [], statements: [odd], document })),
      ).rejects.toMatchObject(refused)
  })

  it(
    'is rejected with an EngineFailure when any byte is altered',
    async () => {
      const space = await archived()
      const bytes = encodeArchive(space)
      const { name, version, made } = space
      await fc.assert(
        fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
          const altered = bytes.map((byte, index) => (index === at ? byte ^ flip : byte))
          try {
            const read = await decodeArchive(altered)
            await proveArchive(read)
            // Only the unsigned fields can differ; encryption authenticates them.
            expect([read.name, read.version, read.made]).not.toEqual([name, version, made])
          } catch (error) {
            expect(error).toMatchObject({ name: 'EngineFailure', code: 'damaged' })
          }
        }),
        { numRuns: propertyRuns(150) },
      )
    },
    propertyTime(60_000),
  )
})
