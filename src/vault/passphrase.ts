import { argon2id } from 'hash-wasm'
import { randomBytes } from '../bytes/encoding.ts'
import { hkdf } from '../bytes/hash.ts'
import { type AgreementKeys, agreementKeysFrom } from '../bytes/x25519.ts'

/** The parameters of Argon2id (RFC 9106), stored in the clear. */
export interface PassphraseParameters {
  readonly salt: Uint8Array
  /** KiB. */
  readonly memory: number
  readonly iterations: number
}

/** 64 MiB, 3 iterations: the second recommendation of RFC 9106. Takes about 0.5 s on a laptop and 2 s on a phone. */
export const passphraseParameters = (): PassphraseParameters => ({ salt: randomBytes(16), memory: 64 * 1024, iterations: 3 })

/** Limits on the parameters of a header, so that a modified one cannot exhaust the device. */
export const MOST_MEMORY = 1024 * 1024
export const MOST_ITERATIONS = 100

/** The minimum of Argon2id, in bytes and KiB: RFC 9106, section 3.1. */
export const LEAST_SALT = 8
export const LEAST_MEMORY = 8

/** Derives the key pair of a passphrase. Unicode forms (NFC, NFD) count as the same. */
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
