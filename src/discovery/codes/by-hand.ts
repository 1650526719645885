/** Pairing with two codes and no relay: the shown code contains the offer, and the scanning device shows a code with the answer. */
import { concat, randomBytes } from '../../bytes/encoding.ts'
import { hkdf } from '../../bytes/hash.ts'
import { codeGarbled } from '../errors.ts'
import { type AnswerCode, encodeCode } from './code.ts'
import { type Description, packDescription, unpackDescription } from './packed-description.ts'

const NONCE_BYTES = 12

const answerKey = async (secret: Uint8Array) =>
  crypto.subtle.importKey('raw', await hkdf(secret, 'tessera/pair/answer/1'), 'AES-GCM', false, ['encrypt', 'decrypt'])

/** The text of the answer code. @param secret of the scanned code @param expires milliseconds since 1970 */
export const encodeAnswer = async (secret: Uint8Array, answer: Description, expires: number): Promise<string> => {
  const nonce = randomBytes(NONCE_BYTES)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, await answerKey(secret), packDescription(answer))
  return encodeCode({ kind: 'answer', expires, sealed: concat(nonce, new Uint8Array(sealed)) })
}

/**
 * Decrypts the answer in an answer code.
 * @param secret of the code that this device showed
 * @throws {CodeError} `code-garbled` if it answers another code or contains no answer
 */
export const openAnswer = async (secret: Uint8Array, { sealed }: AnswerCode): Promise<Description> => {
  const key = await answerKey(secret)
  const nonce = new Uint8Array(sealed.subarray(0, NONCE_BYTES))
  let packed: ArrayBuffer
  try {
    packed = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, new Uint8Array(sealed.subarray(NONCE_BYTES)))
  } catch (cause) {
    throw codeGarbled('it answers another code than the one shown here', { cause })
  }
  const answer = unpackDescription(new Uint8Array(packed))
  if (answer.type !== 'answer') throw codeGarbled('it contains an offer instead of an answer')
  return answer
}
