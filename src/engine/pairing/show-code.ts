import { hexBytes } from '../../bytes/encoding.ts'
import { codeLink } from '../../discovery/codes/code.ts'
import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import type { SyncModule } from '../peers/sync.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import type { Opened } from '../profile/while-open.ts'
import type { Attempt } from './attempt.ts'

/** What both ways of pairing need. */
export interface PairingDeps {
  readonly host: ConnectionHost
  readonly sync: SyncModule
  readonly settings: EngineSettings
  /** @throws {EngineFailure} `locked` */
  readonly opened: () => Opened
  /** Pairs over a link that is open and whose certificate was checked. */
  readonly pairOver: (attempt: Attempt, link: Link) => Promise<void>
}

/** Tells a profile's own codes from others. */
export const homeHint = ({ home }: ProfileSession): Uint8Array => hexBytes(home.root).slice(0, 8)

interface ShownCode {
  readonly step: 'offer' | 'answer'
  /** Whether the other device's code is to be scanned in return. */
  readonly manual: boolean
  readonly text: string
  readonly expires: number
}

export const showCode = (attempt: Attempt, { publicUrl }: EngineSettings, code: ShownCode): void => {
  // A link is for a phone's own camera; an answer goes to a device that has the app open.
  const link = publicUrl !== undefined && code.step === 'offer' ? codeLink(publicUrl, code.text) : undefined
  attempt.expireAt(code.expires)
  attempt.show({ kind: 'code', link, ...code })
}
