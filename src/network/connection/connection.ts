/**
 * One WebRTC connection to one other device: negotiates it, monitors it, and closes it with a reason. It carries frames; messages
 * are assembled by the owner of the link.
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
/** Heartbeats without any received data after which a connection is interrupted and restarts ICE. */
const MISSED_INTERRUPTS = 3
/** Heartbeats without any received data after which a connection is closed. */
const MISSED_CLOSES = 9
/** Milliseconds to let the `bye` note leave before the connection is torn down. */
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
  /** Applies at the next ICE restart; an interrupted connection restarts immediately. */
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
      failed('failed', `The browser could not send a housekeeping note: ${error}`)
    }
  }

  const pipe = (name: Channel): FramePipe =>
    framePipe(connection.createDataChannel(name, { negotiated: true, id: CHANNELS[name] }), {
      received: (frame) => {
        alive()
        events.frame(name, frame)
      },
      sendConsumed: (bytes) => note({ kind: 'consumed', channel: name, bytes }),
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
    emitPath()
  }

  const emitPath = () => {
    if (state !== 'open') return
    pathOf(connection).then(
      (path) => {
        if (path && state !== 'closed') events.path(path)
      },
      // A connection that closed in the meantime rejects too; its path is not needed.
      (error) => {
        if (state !== 'closed') failed('failed', `The browser could not read the connection statistics: ${error}`)
      },
    )
  }

  const beat = () => {
    if (state === 'connecting') return
    missed += 1
    // Count heartbeats, not time: after the machine slept, the other side can answer before the connection is closed.
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
    () => failed('unreachable', 'The connection to the other device timed out. Use the same network or configure a TURN server.'),
    options.connectWithin ?? CONNECT_WITHIN,
  )

  for (const channel of channels) {
    channel.addEventListener('open', () => {
      if (state === 'connecting' && channels.every(({ readyState }) => readyState === 'open')) opened()
    })
    channel.addEventListener('close', () => {
      // The other page or process ended without a `bye`.
      close({ code: 'left', message: 'The other device closed the connection.', by: 'there' })
    })
  }

  housekeeping.addEventListener('message', ({ data }) => {
    const received = data instanceof ArrayBuffer ? decodeNote(new Uint8Array(data)) : undefined
    if (!received) return failed('garbled', 'The other side sent an unknown housekeeping note.')
    alive()
    if (received.kind === 'ping') note({ kind: 'pong' })
    else if (received.kind === 'consumed') events.consumed(received.channel, received.bytes)
    else if (received.kind === 'bye') close({ code: received.code, message: received.message, by: 'there' })
  })

  connection.addEventListener('iceconnectionstatechange', () => {
    if (connection.iceConnectionState === 'disconnected') interrupted()
    // While connecting, the other side may not have scanned our answer yet.
    if (connection.iceConnectionState === 'failed' && state !== 'connecting') {
      interrupted()
      negotiation.restart()
    }
    if (connection.iceConnectionState === 'connected') {
      note({ kind: 'ping' })
      emitPath()
    }
  })
  let observedTransport: RTCDtlsTransport | undefined
  const checkCertificate = () => {
    const transport = connection.sctp?.transport
    if (transport?.state === 'failed')
      failed('impersonated', 'The other side has a certificate that does not match its description.')
    if (!transport || transport === observedTransport) return
    observedTransport = transport
    // Some browsers do not fire the connection's own event.
    transport.addEventListener('statechange', checkCertificate)
    // The path can change while the connection stays connected.
    transport.iceTransport.addEventListener('selectedcandidatepairchange', emitPath)
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
      // A restart in progress uses the old credentials, which may have expired.
      if (state === 'interrupted') negotiation.restart()
    },
    close,
  }
}
