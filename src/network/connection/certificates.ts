import { parseDigits } from './description.ts'

/** The part of the `RTCPeerConnection` constructor that links use. Node's implementation has no `generateCertificate`. */
export interface PeerConnectionConstructor {
  new (configuration?: RTCConfiguration): RTCPeerConnection
  generateCertificate?(algorithm: AlgorithmIdentifier | { name: string; namedCurve: string }): Promise<RTCCertificate>
}

export interface Certificates {
  /**
   * Returns the certificate of an identity, generated on first use, or a new one if `identity` is undefined. Returns undefined if
   * the platform cannot generate certificates.
   */
  get(identity: string | undefined): Promise<RTCCertificate | undefined>
  /** The fingerprint of an identity's certificate; undefined if the platform cannot generate certificates. */
  fingerprint(identity: string): Promise<Uint8Array<ArrayBuffer> | undefined>
}

/** Keeps certificates for the lifetime of the page only, so that they cannot link two sessions or two spaces to one device. */
export const certificates = (RTCPeerConnection: PeerConnectionConstructor): Certificates => {
  const kept = new Map<string, Promise<RTCCertificate>>()

  const make = () => RTCPeerConnection.generateCertificate?.({ name: 'ECDSA', namedCurve: 'P-256' })

  const get = async (identity: string | undefined) => {
    if (identity === undefined) return make()
    const made = kept.get(identity) ?? make()
    if (made) kept.set(identity, made)
    return made
  }

  return {
    get,
    async fingerprint(identity) {
      const certificate = await get(identity)
      const digits = certificate?.getFingerprints().find(({ algorithm }) => algorithm === 'sha-256')?.value
      return digits ? parseDigits(digits) : undefined
    },
  }
}
