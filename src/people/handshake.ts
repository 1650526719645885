import { fromCbor, toCbor } from '../bytes/cbor.ts'
import { signer, verify } from '../bytes/ed25519.ts'
import { concat, hexBytes, randomBytes, utf8 } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import { bytesIn, type ControlChannel } from './control-channel.ts'
import { type DeviceId, type DeviceKeys, deviceId, type PublicKeys } from './device-keys.ts'
import type { EntryHash } from './entry.ts'
import { PeopleError } from './errors.ts'

export interface HandshakeOptions {
  /** The hash of the space's create entry. */
  readonly space: EntryHash
  readonly keys: DeviceKeys
  readonly epochSecret: Uint8Array
  /** Whether this side began the connection; exactly one side did. */
  readonly initiator: boolean
}

export interface HandshakeResult {
  readonly device: DeviceId
  readonly keys: PublicKeys
}

const CONTEXT = utf8('tessera/hello/1')

/**
 * Authenticates both devices over this connection. Both sign the space, the keys of both devices, the certificates in use, both
 * nonces and which side is the initiator. Identities are sealed with the epoch's secret, so that nobody else learns them. The
 * caller checks whether the device is listed.
 * @throws {PeopleError} `malformed`, `bad-signature`, `no-epoch` if the other device uses another epoch
 */
export const handshake = async (
  channel: ControlChannel,
  { space, keys, epochSecret, initiator }: HandshakeOptions,
): Promise<HandshakeResult> => {
  const nonce = randomBytes(32)
  await channel.send([nonce])
  const [theirNonce] = bytesIn(await channel.receive(), 32) ?? []
  if (!theirNonce) throw malformed('a nonce')
  const inOrder = <T>(own: T, theirs: T): [T, T] => (initiator ? [own, theirs] : [theirs, own])
  const nonces = inOrder<Uint8Array>(nonce, theirNonce)
  const seal = await sealer(await hkdf(epochSecret, 'tessera/hello/1', concat(...nonces)), initiator)

  await channel.send([await seal.seal(0, toCbor([keys.sign.publicKey, keys.agree.publicKey]))])
  const [sealed] = bytesIn(await channel.receive(), undefined) ?? []
  const identity = sealed && (await seal.open(0, sealed))
  if (!identity) throw new PeopleError('no-epoch', 'The other device does not use the current secret of this space.')
  const [sign, agree] = bytesIn(fromCbor(identity), 32, 32) ?? []
  if (!sign || !agree) throw malformed('an identity')

  const transcript = (side: 'first' | 'second') =>
    concat(
      CONTEXT,
      toCbor({
        space: hexBytes(space),
        side,
        devices: inOrder<Uint8Array>(keys.sign.publicKey, sign),
        agreements: inOrder<Uint8Array>(keys.agree.publicKey, agree),
        fingerprints: inOrder(channel.ownFingerprint, channel.remoteFingerprint),
        nonces,
      }),
    )
  const [own, theirs] = initiator ? (['first', 'second'] as const) : (['second', 'first'] as const)
  await channel.send([await seal.seal(1, await (await signer(keys.sign))(transcript(own)))])
  const [sealedSignature] = bytesIn(await channel.receive(), undefined) ?? []
  const signature = sealedSignature && (await seal.open(1, sealedSignature))
  if (!signature || !(await verify(sign, signature, transcript(theirs)))) {
    throw new PeopleError('bad-signature', 'The other side did not prove over this connection that it is the device it names.')
  }
  return { device: deviceId(sign), keys: { sign, agree } }
}

/** Each side seals two messages, so that fixed nonces never meet one key twice. */
const sealer = async (secret: Uint8Array, initiator: boolean) => {
  const key = await crypto.subtle.importKey('raw', secret as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const nonceOf = (first: boolean, number: number) => Uint8Array.of(first ? 1 : 2, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  return {
    seal: async (number: number, bytes: Uint8Array) =>
      new Uint8Array(
        await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonceOf(initiator, number) }, key, bytes as Uint8Array<ArrayBuffer>),
      ),
    async open(number: number, bytes: Uint8Array) {
      try {
        return new Uint8Array(
          await crypto.subtle.decrypt(
            { name: 'AES-GCM', iv: nonceOf(!initiator, number) },
            key,
            bytes as Uint8Array<ArrayBuffer>,
          ),
        )
      } catch {
        // WebCrypto does not distinguish a wrong key from altered bytes; the caller rejects both.
        return undefined
      }
    },
  }
}

const malformed = (what: string) => new PeopleError('malformed', `The other device sent an invalid message; expected ${what}.`)
