import { parseDigits } from './description.ts'

/** What is needed of the `RTCPeerConnection` constructor; Node's has no certificates to give. */
export interface PeerConnectionConstructor {
  new (configuration?: RTCConfiguration): RTCPeerConnection
  generateCertificate?(algorithm: AlgorithmIdentifier | { name: string; namedCurve: string }): Promise<RTCCertificate>
}

export interface Certificates {
  /** The certificate of an identity, made when first asked for; a fresh one without identity; undefined where none can be made. */
  get(identity: string | undefined): Promise<RTCCertificate | undefined>
  /** The fingerprint of an identity's certificate, or undefined where it cannot be known before connecting. */
  fingerprint(identity: string): Promise<Uint8Array<ArrayBuffer> | undefined>
}

/** Certificates live as long as the page: nobody can tell by them that two starts, or two spaces, are one device. */
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
