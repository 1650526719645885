import { hexBytes } from '../../bytes/encoding.ts'
import { codeLink } from '../../discovery/codes/code.ts'
import type { ConnectionHost } from '../../network/adapter/host.ts'
import type { Link } from '../../network/adapter/link.ts'
import type { EngineSettings } from '../api/worker-messages.ts'
import type { SyncModule } from '../peers/sync.ts'
import type { ProfileSession } from '../profile/profile-session.ts'
import type { Opened } from '../profile/while-open.ts'
import type { Attempt } from './attempt.ts'

/** The dependencies of both ways of pairing. */
export interface PairingDeps {
  readonly host: ConnectionHost
  readonly sync: SyncModule
  readonly settings: EngineSettings
  /** @throws {EngineFailure} `locked` */
  readonly opened: () => Opened
  /** Pairs over a link that is open and whose certificate was checked. */
  readonly pairOver: (attempt: Attempt, link: Link) => Promise<void>
}

/** Identifies the home in a code, so that a device recognises codes of its own profile. */
export const homeHint = ({ home }: ProfileSession): Uint8Array => hexBytes(home.root).slice(0, 8)

interface ShownCode {
  readonly step: 'offer' | 'answer'
  /** Whether the other device answers with a code that this device must scan. */
  readonly manual: boolean
  readonly text: string
  readonly expires: number
}

export const showCode = (attempt: Attempt, { publicUrl }: EngineSettings, code: ShownCode): void => {
  // The link lets the camera of a phone open the app. An answer is scanned in the app itself.
  const link = publicUrl !== undefined && code.step === 'offer' ? codeLink(publicUrl, code.text) : undefined
  attempt.expireAt(code.expires)
  attempt.show({ kind: 'code', link, ...code })
}
