import { msg } from '@lit/localize'
import type { PairingCode } from '../../engine/api/engine.ts'

interface Failure {
  readonly heading: string
  readonly text: string
}

/** Why pairing stopped, and what to do next. */
export const pairingFailure = (code: PairingCode): Failure => {
  const failures: Record<PairingCode, Failure> = {
    'code-expired': {
      heading: msg('The code has expired'),
      text: msg('A code works for two minutes. Show a new one and scan it right away.'),
    },
    'code-used': {
      heading: msg('This code was already used'),
      text: msg('Each code works once. Nothing was shared. Show a new code and try again.'),
    },
    'code-garbled': {
      heading: msg('This code is incomplete'),
      text: msg('Part of it is missing, or it is not from Tessera. Copy all of it, or scan again.'),
    },
    'code-newer': {
      heading: msg('The other device is newer'),
      text: msg('Its code is from a newer version of Tessera. Reload this page to update, then try again.'),
    },
    'words-differ': {
      heading: msg('Stopped: the words differ'),
      text: msg(
        'Someone else may have answered your code. Nothing was shared with them. Show a new code, and hold both devices while you pair.',
      ),
    },
    unreachable: {
      heading: msg('The devices cannot connect'),
      text: msg('Their networks block direct connections. Put both on the same Wi-Fi, or use one as a hotspot, and try again.'),
    },
    'relay-unreachable': {
      heading: msg('The relay cannot be reached'),
      text: msg(
        'The devices need the relay to find each other. Check the network, or pair with two scans, which work without one.',
      ),
    },
    refused: {
      heading: msg('The other device declined'),
      text: msg('Someone chose “They differ” or closed the page there. Nothing was shared. Try again, holding both devices.'),
    },
    cancelled: { heading: msg('Pairing was cancelled'), text: msg('Nothing changed on either device.') },
  }
  return failures[code]
}
