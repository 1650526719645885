import { type Cbor, fromCbor, toCbor } from '../../../bytes/cbor.ts'
import type { Link } from '../../../network/adapter/link.ts'
import { LinkError } from '../../../network/errors.ts'
import type { ControlChannel } from '../../../people/control-channel.ts'
import { PeopleError } from '../../../people/errors.ts'

/** The maximum size of a control message in bytes. */
export const TALK_LIMIT = 4 * 1024 * 1024

/**
 * Opens the control channel of a link. Messages are received one at a time: the sender waits until `receive` returns its message.
 * @throws {LinkError} `closed` when the link closes before it opens
 */
export const openControlChannel = async (link: Link): Promise<ControlChannel> => {
  await link.opened()
  const { ownFingerprint, remoteFingerprint } = link
  if (!ownFingerprint || !remoteFingerprint) throw new LinkError('closed', 'The link opened without certificates.')

  let asked: { resolve: (message: unknown) => void; reject: (error: unknown) => void } | undefined
  let wanted: (() => void) | undefined
  let ended: LinkError | undefined
  link.onMessage('control', async (bytes) => {
    if (bytes.length > TALK_LIMIT)
      throw new PeopleError('too-large', `A message between devices has at most ${TALK_LIMIT} bytes, got ${bytes.length}.`)
    const message = fromCbor(bytes)
    while (!asked) await new Promise<void>((resolve) => (wanted = resolve))
    const { resolve } = asked
    asked = undefined
    resolve(message)
  })
  link.onState((state) => {
    if (state.kind !== 'closed') return
    ended = new LinkError('closed', state.reason.message)
    asked?.reject(ended)
    wanted?.()
  })

  return {
    ownFingerprint,
    remoteFingerprint,
    send: (message: Cbor) => link.send('control', toCbor(message)),
    receive: () =>
      new Promise((resolve, reject) => {
        if (ended) return reject(ended)
        asked = { resolve, reject }
        wanted?.()
      }),
  }
}
