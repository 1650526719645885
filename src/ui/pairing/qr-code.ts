import { svg, type TemplateResult } from 'lit'
import encodeQR from 'qr'

/** Light modules around a code that the standard requires. */
const QUIET = 3

/** A QR code as a picture: dark on white in both themes, since many cameras cannot read inverted codes. */
export const qrCode = (text: string, label: string): TemplateResult => {
  const modules = encodeQR(text, 'raw', { ecc: text.length > 300 ? 'low' : 'medium', border: QUIET })
  const size = modules.length
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return svg`<svg class="qr" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges" role="img" aria-label=${label}>
    <rect width=${size} height=${size} fill="#fff"/><path d=${path} fill="#000"/></svg>`
}
