import { msg } from '@lit/localize'
import type { PairingCode } from '../../engine/engine.ts'

interface Told {
  readonly heading: string
  readonly text: string
}

/** Why pairing stopped, and what to do next. */
export const pairingFailure = (code: PairingCode): Told => {
  const told: Record<PairingCode, Told> = {
    'code-expired': {
      heading: msg('The code has run out'),
      text: msg('A code is good for two minutes. Make a new one and scan it right away.'),
    },
    'code-used': {
      heading: msg('This code was used already'),
      text: msg('Each code works once. If it was not you who used it, nothing was given away; make a new one.'),
    },
    'code-garbled': {
      heading: msg('This is not a whole code'),
      text: msg('A part of it is missing, or it is not from Tessera. Copy all of it, or scan again.'),
    },
    'code-newer': {
      heading: msg('The other device is newer'),
      text: msg('Its code is from a newer Tessera. Reload this page to bring it up to date, then try again.'),
    },
    'words-differ': {
      heading: msg('Stopped: the words differ'),
      text: msg(
        'Somebody else may have answered your code. Nothing was shared with them. Make a new code, with both devices in your hands.',
      ),
    },
    unreachable: {
      heading: msg('The devices found each other but cannot connect'),
      text: msg(
        'Their networks do not let them talk directly. Put both on the same Wi-Fi, or make a hotspot with one, and try again.',
      ),
    },
    'relay-unreachable': {
      heading: msg('The meeting point cannot be reached'),
      text: msg('Without it the devices cannot find each other. Check the network, or pair with two scans, which needs none.'),
    },
    refused: {
      heading: msg('The other device said no'),
      text: msg('Somebody pressed “They differ” or closed it there. Nothing was shared. Try again with both in your hands.'),
    },
    cancelled: { heading: msg('Pairing was cancelled'), text: msg('Nothing was changed on either device.') },
  }
  return told[code]
}
