/**
 * One WebRTC connection to one other device: negotiated, watched, and ended with a reason. It knows frames, not messages.
 */
import {
  CHANNELS,
  type Channel,
  type CloseCode,
  type CloseReason,
  HOUSEKEEPING_CHANNEL,
  type IceServer,
  type LinkOptions,
  type LinkState,
  type Path,
  type Signal,
} from '../link.ts'
import type { PeerConnectionConstructor } from './certificates.ts'
import { type FramePipe, framePipe } from './frame-pipe.ts'
import { decodeNote, encodeNote, type Note } from './housekeeping.ts'
import { negotiate } from './negotiation.ts'
import { pathOf } from './path.ts'

const CONNECT_WITHIN = 30_000
const HEARTBEAT = 5_000
/** Heartbeats without a sign of life until a connection counts as interrupted and is tried again. */
const MISSED_INTERRUPTS = 3
/** … until it is given up. */
const MISSED_CLOSES = 9
/** Milliseconds that a goodbye has to leave before the connection is torn down. */
const GOODBYE = 100

export interface ConnectionEvents {
  readonly fingerprint: (whose: 'own' | 'remote', fingerprint: Uint8Array) => void
  readonly signal: (signal: Signal) => void
  readonly state: (state: LinkState) => void
  readonly path: (path: Path) => void
  readonly frame: (channel: Channel, frame: ArrayBuffer) => void
  readonly consumed: (channel: Channel, bytes: number) => void
}

export interface Connection {
  signal(signal: Signal): void
  send(channel: Channel, frame: ArrayBuffer): void
  consumed(channel: Channel, bytes: number): void
  restart(): void
  /** Used from the next ICE restart on; an interrupted connection restarts at once. */
  setIceServers(servers: readonly IceServer[]): void
  close(reason: CloseReason): void
}

const configuration = (options: LinkOptions, certificate: RTCCertificate | undefined): RTCConfiguration => ({
  iceServers: (options.iceServers ?? []).map(({ urls, ...rest }) => ({
    urls: typeof urls === 'string' ? urls : [...urls],
    ...rest,
  })),
  iceTransportPolicy: options.transport ?? 'all',
  bundlePolicy: 'max-bundle',
  ...(certificate && { certificates: [certificate] }),
})

export const connect = (
  RTCPeerConnection: PeerConnectionConstructor,
  certificate: RTCCertificate | undefined,
  options: LinkOptions,
  events: ConnectionEvents,
): Connection => {
  const connection = new RTCPeerConnection(configuration(options, certificate))
  const heartbeat = options.heartbeat ?? HEARTBEAT
  let state: LinkState['kind'] = 'connecting'
  let missed = 0

  const close = (reason: CloseReason) => {
    if (state === 'closed') return
    const wasOpen = state !== 'connecting'
    state = 'closed'
    clearInterval(beating)
    clearTimeout(connecting)
    negotiation.stop()
    for (const pipe of Object.values(pipes)) pipe.stop()
    if (wasOpen && reason.by === 'here') {
      note({ kind: 'bye', code: reason.code, message: reason.message })
      setTimeout(() => connection.close(), GOODBYE)
    } else connection.close()
    events.state({ kind: 'closed', reason })
  }

  const failed = (code: CloseCode, message: string) => close({ code, message, by: 'here' })

  const negotiation = negotiate(connection, {
    polite: options.polite,
    begin: options.begin ?? true,
    trickle: options.trickle ?? true,
    signal: events.signal,
    fingerprint: events.fingerprint,
    failed,
  })

  const housekeeping = connection.createDataChannel('housekeeping', { negotiated: true, id: HOUSEKEEPING_CHANNEL })
  housekeeping.binaryType = 'arraybuffer'

  const note = (what: Note) => {
    if (housekeeping.readyState !== 'open') return
    try {
      housekeeping.send(encodeNote(what))
    } catch (error) {
      failed('failed', `The browser did not send a note: ${error}`)
    }
  }

  const pipe = (name: Channel): FramePipe =>
    framePipe(connection.createDataChannel(name, { negotiated: true, id: CHANNELS[name] }), {
      received: (frame) => {
        alive()
        events.frame(name, frame)
      },
      tellConsumed: (bytes) => note({ kind: 'consumed', channel: name, bytes }),
      failed,
    })
  const pipes: Readonly<Record<Channel, FramePipe>> = { control: pipe('control'), sync: pipe('sync') }
  const channels = [housekeeping, ...Object.values(pipes).map(({ channel }) => channel)]

  const alive = () => {
    missed = 0
    if (state === 'interrupted') opened()
  }

  const interrupted = () => {
    if (state !== 'open') return
    state = 'interrupted'
    events.state({ kind: 'interrupted' })
  }

  const opened = () => {
    if (state === 'closed' || state === 'open') return
    state = 'open'
    clearTimeout(connecting)
    events.state({ kind: 'open' })
    tellPath()
  }

  const tellPath = () => {
    if (state !== 'open') return
    pathOf(connection).then(
      (path) => {
        if (path && state !== 'closed') events.path(path)
      },
      // Statistics of a connection that closed meanwhile; a path nobody needs any more.
      (error) => {
        if (state !== 'closed') failed('failed', `The browser gave no statistics: ${error}`)
      },
    )
  }

  const beat = () => {
    if (state === 'connecting') return
    missed += 1
    // Counted in beats, not in time: after the machine slept, the other side gets its chance to answer first.
    if (missed > MISSED_CLOSES)
      return failed('lost', `The other device was silent for ${missed} heartbeats of ${heartbeat / 1000} s.`)
    if (missed > 1) note({ kind: 'ping' })
    if (missed > MISSED_INTERRUPTS) {
      interrupted()
      if (missed % MISSED_INTERRUPTS === 1) negotiation.restart()
    }
  }
  const beating = setInterval(beat, heartbeat)
  const connecting = setTimeout(
    () => failed('unreachable', 'No way to the other device was found in time. Same network, or a TURN server, would help.'),
    options.connectWithin ?? CONNECT_WITHIN,
  )

  for (const channel of channels) {
    channel.addEventListener('open', () => {
      if (state === 'connecting' && channels.every(({ readyState }) => readyState === 'open')) opened()
    })
    channel.addEventListener('close', () => {
      // The other side's page or process ended without a goodbye.
      close({ code: 'left', message: 'The other device closed the connection.', by: 'there' })
    })
  }

  housekeeping.addEventListener('message', ({ data }) => {
    const received = data instanceof ArrayBuffer ? decodeNote(new Uint8Array(data)) : undefined
    if (!received) return failed('garbled', 'The other side sent housekeeping that means nothing.')
    alive()
    if (received.kind === 'ping') note({ kind: 'pong' })
    else if (received.kind === 'consumed') events.consumed(received.channel, received.bytes)
    else if (received.kind === 'bye') close({ code: received.code, message: received.message, by: 'there' })
  })

  connection.addEventListener('iceconnectionstatechange', () => {
    if (connection.iceConnectionState === 'disconnected') interrupted()
    // Before the first time, the other side may simply not have scanned our answer yet.
    if (connection.iceConnectionState === 'failed' && state !== 'connecting') {
      interrupted()
      negotiation.restart()
    }
    if (connection.iceConnectionState === 'connected') {
      note({ kind: 'ping' })
      tellPath()
    }
  })
  let watched: RTCDtlsTransport | undefined
  const checkCertificate = () => {
    const transport = connection.sctp?.transport
    if (transport?.state === 'failed')
      failed('impersonated', 'The other side has another certificate than its description names.')
    if (!transport || transport === watched) return
    watched = transport
    // The connection's own event does not come everywhere.
    transport.addEventListener('statechange', checkCertificate)
    // Another way can be found while the connection stays connected.
    transport.iceTransport.addEventListener('selectedcandidatepairchange', tellPath)
  }
  connection.addEventListener('connectionstatechange', checkCertificate)
  connection.addEventListener('iceconnectionstatechange', checkCertificate)

  return {
    signal: (signal) => negotiation.take(signal),
    send: (channel, frame) => {
      if (state !== 'closed') pipes[channel].send(frame)
    },
    consumed: (channel, bytes) => {
      if (state !== 'closed') pipes[channel].consumed(bytes)
    },
    restart() {
      if (state === 'closed') return
      note({ kind: 'ping' })
      negotiation.restart()
    },
    setIceServers(iceServers) {
      if (state === 'closed') return
      try {
        connection.setConfiguration(configuration({ ...options, iceServers }, certificate))
      } catch (error) {
        return failed('failed', `The browser did not accept the ICE servers: ${error}`)
      }
      // A restart under way uses the credentials that it began with, which may have expired.
      if (state === 'interrupted') negotiation.restart()
    },
    close,
  }
}
