import { MessageChannel as NodeMessageChannel } from 'node:worker_threads'
import wrtc from '@roamhq/wrtc'
import { signer } from '../../src/bytes/ed25519.ts'
import { randomBytes } from '../../src/bytes/encoding.ts'
import { newAgreementKeys } from '../../src/bytes/x25519.ts'
import { examineHere } from '../../src/engine/examine/examination.ts'
import type { ArchivedSpace } from '../../src/engine/features/archive-file.ts'
import { runSpaceLink } from '../../src/engine/peers/link/space-link.ts'
import { spaceIdOf } from '../../src/engine/profile/founding.ts'
import { openSession } from '../../src/engine/spaces/open-session.ts'
import type { SessionOptions, SpaceSession } from '../../src/engine/spaces/space-session.ts'
import { type SpaceStore, spaceStore } from '../../src/engine/spaces/space-store.ts'
import { type ConnectionHost, connectionHost } from '../../src/network/adapter/host.ts'
import type { Link } from '../../src/network/adapter/link.ts'
import { serveConnections } from '../../src/network/connection/serve.ts'
import { makeStatement } from '../../src/people/attestation.ts'
import { type DeviceKeys, newActor, newDeviceKeys, publicHalf } from '../../src/people/device-keys.ts'
import type { Entry } from '../../src/people/entry.ts'
import { createEntry } from '../../src/people/founding.ts'
import { createSpace } from '../../src/space/space.ts'
import type { Migration } from '../../src/space/versions/migrations.ts'
import { memoryBackend } from '../../src/vault/backends/memory-backend.ts'
import { createVault } from '../../src/vault/open-vault.ts'

const NOW = 1_780_000_000
/** The weakest parameters that Argon2id allows, to keep the tests fast. */
const QUICK = { salt: new Uint8Array(16), memory: 8, iterations: 1 }

/** An empty store of a space, in memory. */
export const aStore = async (area: Parameters<typeof spaceStore>[1]): Promise<SpaceStore> => {
  const vault = await createVault(memoryBackend(), 'correct horse', QUICK)
  await vault.addArea(area)
  return spaceStore(vault, area)
}

/** A session whose changes tests can await. */
export interface WatchedSession {
  readonly session: SpaceSession
  /** Resolves when `holds` returns true; it is called after every change. */
  until(holds: () => boolean): Promise<void>
  /** Calls `listener` after every change, for example to announce it to neighbours. */
  onChange(listener: () => void): void
}

export const watched = async (open: (changed: () => void) => Promise<SpaceSession>): Promise<WatchedSession> => {
  const listeners = new Set<() => void>()
  const session = await open(() => {
    for (const listener of listeners) listener()
  })
  return {
    session,
    onChange: (listener) => void listeners.add(listener),
    until: (holds) =>
      new Promise((resolve) => {
        const check = () => {
          if (!holds()) return
          listeners.delete(check)
          resolve()
        }
        listeners.add(check)
        check()
      }),
  }
}

export interface TestSpace {
  /** The device that created the space and has its document. */
  readonly holder: WatchedSession
  readonly entry: Entry
  /** The errors that sessions of the space reported to `failed`. */
  readonly failures: readonly unknown[]
  /** The keys of the second listed device. */
  readonly otherKeys: DeviceKeys
  /** Opens the stored space of the holder again, with a program that knows these migrations. */
  reopen(migrations?: readonly Migration[]): Promise<WatchedSession>
  /** Opens the space on the second device: without a document the first time, then with what it has stored. */
  other(migrations?: readonly Migration[]): Promise<WatchedSession>
}

/** An empty space with two listed devices. By default, documents are examined in this thread. */
export const testSpace = async (options: SessionOptions = { examine: examineHere }): Promise<TestSpace> => {
  const failures: unknown[] = []
  const [own, otherKeys] = [await newDeviceKeys(), await newDeviceKeys()]
  const { space, first } = createSpace(newActor(own.sign.publicKey), 'Lumen House', NOW)
  const document = randomBytes(16)
  const entry = await createEntry(own, [publicHalf(otherKeys)], (await newAgreementKeys()).publicKey, document, first)
  const id = spaceIdOf(entry.hash)
  const statement = await makeStatement(entry.hash, document, first, own.sign.publicKey, await signer(own.sign))
  const store = await aStore(id)
  await store.append({ changes: [space.resident.handle.save()], statements: [statement], calls: [] }, [entry])
  space.resident.handle.free()
  let otherStore: SpaceStore | undefined
  const sessionOver = (keys: DeviceKeys, over: SpaceStore, migrations?: readonly Migration[]) =>
    watched((changed) =>
      openSession(
        id,
        entry.hash,
        keys,
        over,
        { persisted: changed, logChanged: changed, reloaded: changed, failed: (error) => failures.push(error) },
        { ...options, ...(migrations && { migrations }) },
      ),
    )
  return {
    holder: await sessionOver(own, store),
    entry,
    failures,
    otherKeys,
    reopen: (migrations) => sessionOver(own, store, migrations),
    other: async (migrations) => {
      if (!otherStore) {
        otherStore = await aStore(id)
        await otherStore.appendLog([entry])
      }
      return sessionOver(otherKeys, otherStore, migrations)
    },
  }
}

/**
 * Links two devices over real WebRTC; each announces its changes to the other.
 * @returns the errors with which the link ended on each device, and a function that ends it
 */
export const linkSessions = (
  one: WatchedSession,
  other: WatchedSession,
): { readonly ended: readonly [Promise<unknown>, Promise<unknown>]; end(): void } => {
  const pair = linkedPair()
  const run = (link: Link, { session, onChange }: WatchedSession, initiator: boolean): Promise<unknown> =>
    runSpaceLink(link, session, {
      initiator,
      onReady: (ready) => onChange(() => ready.announce()),
      onProgress: () => undefined,
    }).catch((error: unknown) => error)
  return { ended: [run(pair.one, one, true), run(pair.other, other, false)], end: () => pair.end() }
}

/** Opens connections over real WebRTC. @param ends receives a function that ends them */
export const webrtcHost = (ends: (() => unknown)[]): ConnectionHost => {
  const { port1, port2 } = new NodeMessageChannel()
  const stop = serveConnections(port1 as unknown as MessagePort, { RTCPeerConnection: wrtc.RTCPeerConnection as never })
  ends.push(() => {
    stop()
    port1.close()
    port2.close()
  })
  return connectionHost(port2 as unknown as MessagePort)
}

/** Both ends of a link over real WebRTC; `one` is the initiator. */
export const linkedPair = (): { readonly one: Link; readonly other: Link; end(): void } => {
  const ends: (() => void)[] = []
  const host = () => webrtcHost(ends)
  const one = host().open({ polite: false, begin: true })
  const other = host().open({ polite: true, begin: false })
  one.onSignal((signal) => other.signal(signal))
  other.onSignal((signal) => one.signal(signal))
  return {
    one,
    other,
    end() {
      one.close()
      other.close()
      for (const end of ends) end()
    },
  }
}

/** The current content of a space, as in an archive. */
export const archiveOf = (session: SpaceSession): ArchivedSpace => {
  const { resident, schema } = session.space()
  return {
    name: schema.name,
    version: schema.version,
    made: 1,
    root: session.root,
    log: [...session.log.values()],
    statements: [...session.statements.values()],
    document: resident.handle.save(),
  }
}
