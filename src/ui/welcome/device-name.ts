import { msg } from '@lit/localize'

/** What this device is likely to be called; only a start for whoever names it. */
export const guessDeviceName = (userAgent: string): string => {
  if (/iPhone/.test(userAgent)) return 'iPhone'
  if (/iPad/.test(userAgent)) return 'iPad'
  if (/Android/.test(userAgent)) return /Mobile/.test(userAgent) ? msg('Phone') : msg('Tablet')
  if (/Mac OS X/.test(userAgent)) return 'Mac'
  return msg('Laptop')
}
