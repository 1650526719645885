import { svg } from 'lit'

/** The logo: three tiles in place, the fourth at an angle. */
export const mark = svg`<svg class="tessera-mark" viewBox="0 0 48 48" aria-hidden="true">
  <rect x="4" y="4" width="18" height="18" rx="4.5" fill="var(--accent)"/>
  <rect x="26" y="4" width="18" height="18" rx="4.5" fill="var(--accent)" fill-opacity=".55"/>
  <rect x="4" y="26" width="18" height="18" rx="4.5" fill="var(--accent)" fill-opacity=".3"/>
  <rect x="27" y="27" width="18" height="18" rx="4.5" fill="var(--warn)" transform="rotate(11 36 36)"/>
</svg>`
