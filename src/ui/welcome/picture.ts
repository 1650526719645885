import { svg } from 'lit'
import { hueStyle } from '../theme/hue.ts'

const tile = (x: number, y: number, hue: number, size = 22) =>
  svg`<rect x=${x} y=${y} width=${size} height=${size} rx="6" style=${hueStyle(hue)} fill="var(--h)" stroke="var(--hi)" stroke-opacity=".7"/>`

const row = (y: number, hue: number, width: number) => svg`
  <rect x="84" y=${y} width="16" height="16" rx="5" style=${hueStyle(hue)} fill="var(--h)" stroke="var(--hi)" stroke-opacity=".7"/>
  <rect x="110" y=${y + 5} width=${width} height="6" rx="3" fill="var(--line-strong)"/>
  <rect x="206" y=${y + 2} width="34" height="12" rx="6" style=${hueStyle(hue)} fill="var(--h)" stroke="var(--hi)" stroke-opacity=".4"/>
  <path d="M84 ${y + 23}H250" stroke="var(--line)"/>`

/** A laptop and a phone with the same tiles, and no server between them. */
export const welcomePicture = svg`<svg viewBox="0 0 480 260" aria-hidden="true" style="inline-size:100%;block-size:auto;display:block">
  <ellipse cx="240" cy="236" rx="210" ry="14" fill="var(--sunken)"/>
  <rect x="60" y="36" width="214" height="150" rx="12" fill="var(--surface)" stroke="var(--control)" stroke-width="1.5"/>
  <path d="M36 196h262l-10 18a8 8 0 0 1-7 4H53a8 8 0 0 1-7-4z" fill="var(--raised)" stroke="var(--control)" stroke-width="1.5"/>
  <rect x="84" y="54" width="56" height="9" rx="4.5" fill="var(--ink-3)"/>
  ${row(76, 2, 62)}${row(103, 6, 78)}${row(130, 4, 48)}${row(157, 1, 70)}
  <rect x="352" y="84" width="84" height="146" rx="16" fill="var(--surface)" stroke="var(--control)" stroke-width="1.5"/>
  <rect x="382" y="94" width="24" height="4" rx="2" fill="var(--line-strong)"/>
  ${tile(366, 112, 2)}${tile(398, 112, 6)}${tile(366, 144, 4)}${tile(398, 144, 1)}
  <rect x="366" y="182" width="54" height="6" rx="3" fill="var(--line-strong)"/>
  <rect x="366" y="196" width="36" height="6" rx="3" fill="var(--line)"/>
  <path d="M280 96c26-22 44-22 66 0" fill="none" stroke="var(--accent)" stroke-width="2.5" stroke-linecap="round" stroke-dasharray="1 7"/>
  <g transform="rotate(12 313 62)">${tile(302, 51, 6, 24)}</g>
</svg>`
