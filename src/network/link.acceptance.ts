import { afterEach, describe, expect, it } from 'vitest'
import type { PeerConnectionConstructor } from './connection/certificates.ts'
import { FRAME_LIMIT, MESSAGE_LIMIT, type Signal, WINDOW } from './link.ts'
import { closing, join, linkedPair, makeDevice, nextMessage, type Pair } from './testing/linked-pair.ts'
import { rogueFor } from './testing/rogue.ts'

const MIB = 1024 * 1024

const noise = (length: number) => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65_536)))
  return bytes
}

const digest = async (bytes: Uint8Array) =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))

/** A promise with its `resolve` function. */
const deferred = () => {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve: () => resolve() }
}

const framed = (size: number, bytes: Uint8Array) => {
  const frame = new Uint8Array(4 + bytes.length)
  new DataView(frame.buffer).setUint32(0, size)
  frame.set(bytes, 4)
  return frame.buffer
}

/** Acceptance suite of links for every implementation of `RTCPeerConnection`. */
export const acceptLinks = (title: string, RTCPeerConnection: PeerConnectionConstructor) =>
  describe(title, () => {
    const ends: (() => void)[] = []
    afterEach(() => {
      for (const end of ends.splice(0)) end()
    })

    const linked = (...options: Parameters<typeof linkedPair> extends [unknown, ...infer Rest] ? Rest : never): Pair => {
      const pair = linkedPair(RTCPeerConnection, ...options)
      ends.push(pair.end)
      return pair
    }
    const device = () => {
      const made = makeDevice(RTCPeerConnection)
      ends.push(made.end)
      return made
    }
    const opened = async (pair: Pair) => {
      await Promise.all([pair.polite.opened(), pair.impolite.opened()])
      return pair
    }

    it('connects when both offer at once', async () => {
      const { polite, impolite } = await opened(linked())
      expect(polite.remoteFingerprint).toEqual(impolite.ownFingerprint)
      expect(impolite.remoteFingerprint).toEqual(polite.ownFingerprint)
      expect(polite.ownFingerprint).toHaveLength(32)
    })

    it('reports a direct path', async () => {
      const { polite, impolite } = linked()
      const paths = [polite, impolite].map(
        (link) =>
          new Promise((resolve) => {
            link.onPath(resolve)
          }),
      )
      expect(await Promise.all(paths)).toEqual(['direct', 'direct'])
      expect(polite.path).toBe('direct')
    })

    it('connects when only one side begins', async () => {
      await opened(linked({ polite: { begin: false } }))
      await opened(linked({ impolite: { begin: false } }))
    })

    it('connects with one signal from each side when it does not trickle', async () => {
      const signals: Signal[] = []
      const [one, other] = [device(), device()]
      const polite = one.host.open({ polite: true, begin: false, trickle: false })
      const impolite = other.host.open({ polite: false, trickle: false })
      join(polite, impolite, (signal, deliver) => {
        signals.push(signal)
        deliver(signal)
      })
      await Promise.all([polite.opened(), impolite.opened()])
      expect(signals.map(({ kind }) => kind)).toEqual(['offer', 'answer'])
    })

    it('uses a separate certificate for every link', async () => {
      const [first, second] = [await opened(linked()), await opened(linked())]
      const all = [first.polite, first.impolite, second.polite, second.impolite].map(({ ownFingerprint }) =>
        String(ownFingerprint),
      )
      expect(new Set(all).size).toBe(4)
    })

    it('carries small, empty and 8 MiB messages in order, both ways', async () => {
      const { polite, impolite } = linked()
      const big = noise(8 * MIB)
      const received: Uint8Array[] = []
      const all = new Promise<void>((resolve) => {
        impolite.onMessage('sync', (message) => {
          received.push(message)
          if (received.length === 4) resolve()
        })
      })
      const back = nextMessage(polite, 'control')
      await Promise.all([
        polite.send('sync', Uint8Array.of(1, 2, 3)),
        polite.send('sync', big),
        polite.send('sync', new Uint8Array()),
        polite.send('sync', Uint8Array.of(4)),
        impolite.send('control', Uint8Array.of(9)),
      ])
      await all
      expect(received.map(({ length }) => length)).toEqual([3, 8 * MIB, 0, 1])
      expect(await digest(received[1] ?? new Uint8Array())).toEqual(await digest(big))
      expect(await back).toEqual(Uint8Array.of(9))
    })

    it('delivers control messages while a large sync message waits for its receiver', async () => {
      const { polite, impolite } = await opened(linked())
      const large = polite.send('sync', noise(2 * WINDOW))
      const heard = nextMessage(impolite, 'control')
      await polite.send('control', Uint8Array.of(1))
      expect(await heard).toEqual(Uint8Array.of(1))
      const whole = nextMessage(impolite, 'sync')
      await large
      expect(await whole).toHaveLength(2 * WINDOW)
    })

    it('delays messages while the receiver is busy, and can cancel waiting ones', async () => {
      const { polite, impolite } = await opened(linked())
      const handled: number[] = []
      const busy = deferred()
      const all = new Promise<void>((resolve) => {
        impolite.onMessage('sync', async (message) => {
          await busy.promise
          handled.push(message[0] ?? -1)
          if (handled.length === 9) resolve()
        })
      })
      const cancel = new AbortController()
      const first = Array.from({ length: 9 }, (_, index) => polite.send('sync', new Uint8Array(MIB).fill(index)))
      const last = polite.send('sync', new Uint8Array(MIB).fill(9), { signal: cancel.signal })
      // 9 MiB do not fit into a window of 4 MiB, and nothing is reported as consumed before the first message is handled.
      const progress = await Promise.race([Promise.all(first).then(() => 'all sent'), nextMessageAfter(polite, impolite)])
      expect(progress).toBe('control came first')
      cancel.abort(new DOMException('No longer wanted', 'AbortError'))
      await expect(last).rejects.toMatchObject({ name: 'AbortError' })
      busy.resolve()
      await all
      await Promise.all(first)
      expect(handled).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    })

    const nextMessageAfter = async (from: Pair['polite'], to: Pair['polite']) => {
      for (let round = 0; round < 20; round++) {
        const heard = nextMessage(to, 'control')
        await from.send('control', Uint8Array.of(round))
        await heard
      }
      return 'control came first'
    }

    it('stays open through a restart, with new ICE credentials and the same certificates', async () => {
      const offers: string[] = []
      const [one, other] = [device(), device()]
      const polite = one.host.open({ polite: true, begin: false })
      const impolite = other.host.open({ polite: false })
      const answered = deferred()
      join(polite, impolite, (signal, deliver) => {
        deliver(signal)
        if (signal.kind === 'offer') offers.push(/a=ice-ufrag:(\S+)/.exec(signal.sdp)?.[1] ?? '')
        if (signal.kind === 'answer' && offers.length === 2) answered.resolve()
      })
      await Promise.all([polite.opened(), impolite.opened()])
      const fingerprint = polite.remoteFingerprint
      impolite.restart()
      await answered.promise
      expect(new Set(offers).size).toBe(2)
      expect(polite.remoteFingerprint).toEqual(fingerprint)
      const heard = nextMessage(impolite, 'sync')
      await polite.send('sync', Uint8Array.of(7))
      expect(await heard).toEqual(Uint8Array.of(7))
      expect(polite.state.kind).toBe('open')
    })

    it('survives both sides restarting at once', async () => {
      const { polite, impolite } = await opened(linked())
      polite.restart()
      impolite.restart()
      await nextMessageAfter(polite, impolite)
      await nextMessageAfter(impolite, polite)
      expect([polite.state.kind, impolite.state.kind]).toEqual(['open', 'open'])
    })

    it('connects although the first signals were lost', async () => {
      const [one, other] = [device(), device()]
      const polite = one.host.open({ polite: true, begin: false })
      const impolite = other.host.open({ polite: false })
      let lost = 0
      join(polite, impolite, (signal, deliver) => {
        if (signal.kind === 'offer' && lost === 0) lost += 1
        else deliver(signal)
      })
      await Promise.all([polite.opened(), impolite.opened()])
      expect(lost).toBe(1)
    }, 15_000)

    it('sends its close reason to the other side', async () => {
      const { polite, impolite } = await opened(linked())
      const closed = closing(impolite)
      polite.close('refused', 'That was not you.')
      expect(await closed).toEqual({ code: 'refused', message: 'That was not you.', by: 'there' })
      expect(polite.state).toMatchObject({ kind: 'closed', reason: { code: 'refused', by: 'here' } })
      await expect(polite.send('sync', Uint8Array.of(1))).rejects.toMatchObject({ code: 'closed' })
    })

    it('rejects pending messages when it closes', async () => {
      const { polite, impolite } = await opened(linked())
      const waiting = polite.send('sync', new Uint8Array(2 * WINDOW))
      const failed = expect(waiting).rejects.toMatchObject({ code: 'closed' })
      impolite.close()
      await failed
    })

    it('closes when the other side does not answer', async () => {
      const link = device().host.open({ polite: false, connectWithin: 50 })
      expect(await closing(link)).toMatchObject({ code: 'unreachable', by: 'here' })
    })

    it('refuses to send a message above the limit', async () => {
      const { polite } = linked()
      const message = { length: MESSAGE_LIMIT + 1 } as Uint8Array
      await expect(polite.send('sync', message)).rejects.toMatchObject({ code: 'too-large' })
    })

    it('rejects invalid signals', () => {
      const link = device().host.open({ polite: true, begin: false })
      for (const garbage of [
        undefined,
        7,
        {},
        { kind: 'offer', id: 1, sdp: '' },
        { kind: 'answer', to: 'x', sdp: 'x'.repeat(20_000) },
      ]) {
        expect(() => link.signal(garbage)).toThrow(expect.objectContaining({ code: 'signal-garbled' }))
      }
    })

    it('closes when its handler throws', async () => {
      const { polite, impolite } = await opened(linked())
      impolite.onMessage('control', () => {
        throw new Error('Expected a handshake.')
      })
      const closed = closing(polite)
      await polite.send('control', Uint8Array.of(1))
      expect(await closed).toEqual({ code: 'refused', message: 'Expected a handshake.', by: 'there' })
    })

    describe('with a rogue peer', () => {
      const attacked = async (change?: (signal: Signal) => Signal) => {
        const link = device().host.open({ polite: true, begin: false })
        const rogue = rogueFor(RTCPeerConnection, link, change)
        ends.push(() => rogue.connection.close({ code: 'left', message: '', by: 'here' }))
        return { link, rogue }
      }

      it('closes on an announced message size above the limit', async () => {
        const { link, rogue } = await attacked()
        await rogue.opened()
        rogue.connection.send('sync', framed(MESSAGE_LIMIT + 1, new Uint8Array(10)))
        expect(await closing(link)).toMatchObject({ code: 'too-large', by: 'here' })
        expect(await rogue.closed()).toMatchObject({ reason: { code: 'too-large', by: 'there' } })
      })

      it('closes on a frame with an invalid length', async () => {
        const { link, rogue } = await attacked()
        await rogue.opened()
        rogue.connection.send('sync', framed(1_000, new Uint8Array(999)))
        expect(await closing(link)).toMatchObject({ code: 'garbled' })
      })

      it('closes on a frame above the limit', async () => {
        const { link, rogue } = await attacked()
        await rogue.opened()
        rogue.connection.send('sync', new ArrayBuffer(FRAME_LIMIT + 1))
        expect(await closing(link)).toMatchObject({ code: 'too-large' })
      })

      it('closes when the peer sends more than the window', async () => {
        const { link, rogue } = await attacked()
        await rogue.opened()
        // The channel has no handler, so nothing is reported as consumed.
        for (let sent = 0; sent <= WINDOW; sent += FRAME_LIMIT) {
          rogue.connection.send('sync', framed(FRAME_LIMIT - 4, new Uint8Array(FRAME_LIMIT - 4)))
        }
        expect(await closing(link)).toMatchObject({ code: 'flooded' })
      })

      it('closes on a certificate that does not match the description', async () => {
        const { link } = await attacked((signal) =>
          'sdp' in signal ? { ...signal, sdp: signal.sdp.replace(/(fingerprint:sha-256 )../, '$100') } : signal,
        )
        expect(await closing(link)).toMatchObject({ code: 'impersonated' })
      })

      it('closes on a description with a second fingerprint', async () => {
        const { link } = await attacked((signal) =>
          'sdp' in signal ? { ...signal, sdp: signal.sdp.replace(/(a=fingerprint:sha-256 )(\S+\r\n)/, '$1$2$100$2') } : signal,
        )
        expect(await closing(link)).toMatchObject({ code: 'garbled' })
      })

      it('closes on an invalid description', async () => {
        const { link } = await attacked((signal) => ('sdp' in signal ? { ...signal, sdp: 'v=0\r\nnonsense' } : signal))
        expect(await closing(link)).toMatchObject({ code: 'garbled' })
      })

      it('closes when the description limits messages to a few bytes', async () => {
        const { link, rogue } = await attacked((signal) =>
          'sdp' in signal ? { ...signal, sdp: signal.sdp.replace(/max-message-size:\d+/, 'max-message-size:10') } : signal,
        )
        await rogue.opened()
        const sending = link.send('sync', new Uint8Array(1_000)).catch((error: unknown) => error)
        // Newer WebRTC versions refuse to send; older ones close the channel.
        expect(['failed', 'left']).toContain((await closing(link)).code)
        await sending
      })

      it('becomes interrupted, retries, and closes when the peer is silent', async () => {
        const link = device().host.open({ polite: true, begin: false, heartbeat: 10 })
        const states: string[] = []
        link.onState(({ kind }) => states.push(kind))
        const silent = new RTCPeerConnection()
        ends.push(() => silent.close())
        for (const id of [0, 1, 2]) silent.createDataChannel('', { negotiated: true, id })
        const signals: Signal[] = []
        link.onSignal((signal) => {
          signals.push(signal)
          if (signal.kind === 'answer') void silent.setRemoteDescription({ type: 'answer', sdp: signal.sdp })
        })
        const gathered = new Promise<void>((resolve) => {
          silent.addEventListener('icegatheringstatechange', () => silent.iceGatheringState === 'complete' && resolve())
        })
        await silent.setLocalDescription(await silent.createOffer())
        await gathered
        link.signal({ kind: 'offer', id: 'one', sdp: silent.localDescription?.sdp })
        expect(await closing(link)).toMatchObject({ code: 'lost', by: 'here' })
        expect(states).toEqual(['connecting', 'open', 'interrupted', 'closed'])
      })

      it('closes when the certificate changes', async () => {
        const { link, rogue } = await attacked()
        await rogue.opened()
        const other = linked({ polite: { begin: false } })
        // Inject the offer of a third device, as a malicious relay could.
        other.impolite.onSignal((signal) => link.signal(structuredClone(signal)))
        expect(await closing(link)).toMatchObject({ code: 'impersonated' })
      })
    })
  })
