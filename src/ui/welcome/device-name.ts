import { msg } from '@lit/localize'

/** A suggestion for this device's name. */
export const guessDeviceName = (userAgent: string): string => {
  if (/iPhone/.test(userAgent)) return 'iPhone'
  if (/iPad/.test(userAgent)) return 'iPad'
  if (/Android/.test(userAgent)) return /Mobile/.test(userAgent) ? msg('Phone') : msg('Tablet')
  if (/Mac OS X/.test(userAgent)) return 'Mac'
  return msg('Laptop')
}
