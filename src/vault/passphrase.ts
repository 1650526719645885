import { argon2id } from 'hash-wasm'
import { randomBytes } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import { type AgreementKeys, agreementKeysFrom } from '../bytes/x25519.ts'

/** How Argon2id (RFC 9106) turns a passphrase into a key; kept in the open beside its result. */
export interface PassphraseParameters {
  readonly salt: Uint8Array
  /** KiB. */
  readonly memory: number
  readonly iterations: number
}

/** 64 MiB three times over: RFC 9106's second recommendation, about half a second on a laptop and two on a phone. */
export const passphraseParameters = (): PassphraseParameters => ({ salt: randomBytes(16), memory: 64 * 1024, iterations: 3 })

/** Bounds on what a header may ask for, so that an altered one cannot exhaust the device. */
export const MOST_MEMORY = 1024 * 1024
export const MOST_ITERATIONS = 100

/** Less than this, in bytes and KiB, Argon2id does not take: RFC 9106, section 3.1. */
export const LEAST_SALT = 8
export const LEAST_MEMORY = 8

/** The key pair that this passphrase stands for. Letters typed in different ways (NFC, NFD) count as the same. */
export const passphraseKeys = async (
  passphrase: string,
  { salt, memory, iterations }: PassphraseParameters,
): Promise<AgreementKeys> => {
  const secret = await argon2id({
    password: passphrase.normalize('NFC'),
    salt,
    memorySize: memory,
    iterations,
    parallelism: 1,
    hashLength: 32,
    outputType: 'binary',
  })
  return agreementKeysFrom(await hkdf(secret, 'tessera/vault/way/1'))
}
