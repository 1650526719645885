import { css } from 'lit'

/** The column of pages before a profile is open. Its top is fixed, so that messages do not move what is above them. */
export const sheet = css`
  :host { display: grid; min-block-size: 100%; place-items: start center; padding: clamp(24px, 12vh, 140px) 20px max(32px, env(safe-area-inset-bottom)); background: var(--paper); overflow: auto }
  .column { inline-size: min(420px, 100%); display: grid; gap: 20px }
  form { display: grid; gap: 18px }
  .brand { display: flex; align-items: center; gap: 10px; font-weight: 680; letter-spacing: -.01em }
  .brand .tessera-mark { inline-size: 30px; block-size: 30px }
  h1 { font-size: clamp(1.6rem, 4vw, var(--text-2xl)) }
  .lead { color: var(--ink-2); font-size: var(--text-m) }
`
