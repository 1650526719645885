import { wordlist } from '@scure/bip39/wordlists/english.js'
import { type Cbor, fromCbor, toCbor } from '../bytes/cbor.ts'
import { signer, verify } from '../bytes/ed25519.ts'
import { concat, equalBytes, fromUtf8, randomBytes, utf8 } from '../bytes/encoding.ts'
import { hkdf, sha256 } from '../bytes/hash.ts'
import { agree, newAgreementKeys } from '../bytes/x25519.ts'
import { bytesIn, type ControlChannel } from './control-channel.ts'
import type { DeviceKeys, PublicKeys } from './device-keys.ts'
import { PeopleError } from './errors.ts'

export interface PairingSide {
  /** Whether this device showed the code. */
  readonly initiator: boolean
  /** The code's one-time secret. */
  readonly secret: Uint8Array
  readonly keys: DeviceKeys
  /** The name of this device. */
  readonly name: string
}

/** Two devices connected by a code, before the words are compared. */
export interface Met {
  /** Four words. They are equal on both devices unless there is a man in the middle. */
  readonly words: readonly string[]
  readonly other: { readonly name: string; readonly keys: PublicKeys }
  /** Sends a message, encrypted with the shared key in addition to the connection. */
  send(message: Cbor): Promise<void>
  receive(): Promise<unknown>
}

const COMMITMENT = utf8('tessera/pair/commit/1')
const CONTEXT = utf8('tessera/pair/1')
const NAME_LIMIT = 200
/** A word of the BIP39 list encodes 11 bits. Four encode 44: a guess succeeds once in 17 trillion. */
const WORD_BITS = 11
const WORDS = 4

/**
 * Pairs with the other device: each commits to its key before it sends it, so that a man in the middle cannot try keys until the
 * words match. The code's secret, both certificates and both identities are bound by the words and by each side's signature.
 * @throws {PeopleError} `malformed`, `bad-signature`, `not-allowed` if a key does not match its commitment
 */
export const meet = async (channel: ControlChannel, { initiator, secret, keys, name }: PairingSide): Promise<Met> => {
  const ephemeral = await newAgreementKeys()
  const inOrder = <T>(own: T, theirs: T): [T, T] => (initiator ? [own, theirs] : [theirs, own])
  const shown = toCbor([ephemeral.publicKey, keys.sign.publicKey, keys.agree.publicKey, utf8(name)])
  const commitmentTo = async (bytes: Uint8Array) => sha256(concat(COMMITMENT, secret, bytes))
  const commitment = await commitmentTo(shown)
  await channel.send([commitment])
  const [theirCommitment] = bytesIn(await channel.receive(), 32) ?? []
  if (!theirCommitment) throw malformed('a commitment')

  const fingerprints = inOrder(channel.ownFingerprint, channel.remoteFingerprint)
  const transcript = async (byInitiator: boolean, bytes: Uint8Array, answers: Uint8Array) =>
    concat(CONTEXT, toCbor({ shower: byInitiator, secret: await sha256(secret), fingerprints, shown: bytes, answers }))
  const signature = await (await signer(keys.sign))(await transcript(initiator, shown, theirCommitment))
  await channel.send([shown, signature])

  const [theirShown, theirSignature] = bytesIn(await channel.receive(), undefined, 64) ?? []
  if (!theirShown || !theirSignature) throw malformed('a key')
  if (!equalBytes(await commitmentTo(theirShown), theirCommitment)) {
    throw new PeopleError('not-allowed', 'The other device sent a key that does not match its commitment.')
  }
  const [theirEphemeral, sign, agreement, theirName] = bytesIn(fromCbor(theirShown), 32, 32, 32, undefined) ?? []
  if (!theirEphemeral || !sign || !agreement || !theirName || theirName.length > NAME_LIMIT * 4)
    throw malformed('keys and a name')
  if (!(await verify(sign, theirSignature, await transcript(!initiator, theirShown, commitment)))) {
    throw new PeopleError('bad-signature', 'The other device did not sign this connection. There may be a man in the middle.')
  }

  const shared = await agree(ephemeral.secret, theirEphemeral)
  const context = toCbor([...fingerprints, ...inOrder<Uint8Array>(shown, theirShown)])
  const words = wordsOf(await hkdf(concat(shared, secret), 'tessera/pair/words/1', context, 8))
  const sealed = await sealedChannel(channel, await hkdf(concat(shared, secret), 'tessera/pair/channel/1', context), initiator)
  return { words, other: { name: fromUtf8(theirName).slice(0, NAME_LIMIT), keys: { sign, agree: agreement } }, ...sealed }
}

const wordsOf = (bytes: Uint8Array): string[] => {
  const bits = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)
  return Array.from(
    { length: WORDS },
    (_, index) => wordlist[Number((bits >> BigInt(64 - WORD_BITS * (index + 1))) & 2047n)] ?? '',
  )
}

/** AES-GCM with random nonces. The sender and the number of the message are authenticated, so that no message is replayed or reflected. */
const sealedChannel = async (
  channel: ControlChannel,
  secret: Uint8Array,
  initiator: boolean,
): Promise<Pick<Met, 'send' | 'receive'>> => {
  const key = await crypto.subtle.importKey('raw', secret as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['encrypt', 'decrypt'])
  let sent = 0
  let received = 0
  const parameters = (byInitiator: boolean, number: number, iv: Uint8Array) => ({
    name: 'AES-GCM',
    iv: iv as Uint8Array<ArrayBuffer>,
    additionalData: toCbor([byInitiator, number]),
  })
  return {
    async send(message) {
      const nonce = randomBytes(12)
      const sealed = await crypto.subtle.encrypt(parameters(initiator, sent++, nonce), key, toCbor(message))
      await channel.send([nonce, new Uint8Array(sealed)])
    },
    async receive() {
      const [nonce, sealed] = bytesIn(await channel.receive(), 12, undefined) ?? []
      if (!nonce || !sealed) throw malformed('a sealed message')
      try {
        return fromCbor(
          new Uint8Array(
            await crypto.subtle.decrypt(parameters(!initiator, received++, nonce), key, sealed as Uint8Array<ArrayBuffer>),
          ),
        )
      } catch (cause) {
        throw new PeopleError('bad-signature', 'A message of the other device was altered in transit.', { cause })
      }
    },
  }
}

const malformed = (what: string) => new PeopleError('malformed', `The other device sent an invalid message; expected ${what}.`)
