import { svg } from 'lit'

/** A picture for empty states: a mosaic with a gap. */
export const emptyPicture = svg`<svg viewBox="0 0 140 100" width="168" height="120" aria-hidden="true">
  <rect x="10" y="8" width="38" height="38" rx="10" fill="var(--accent-soft)"/>
  <rect x="54" y="8" width="38" height="38" rx="10" fill="var(--raised)"/>
  <rect x="10" y="52" width="38" height="38" rx="10" fill="var(--raised)"/>
  <rect x="54.75" y="52.75" width="36.5" height="36.5" rx="9.5" fill="none" stroke="var(--line-strong)" stroke-width="1.5" stroke-dasharray="4 4"/>
  <rect x="96" y="40" width="36" height="36" rx="10" fill="var(--accent)" transform="rotate(14 114 58)"/>
</svg>`
