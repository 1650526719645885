import { css } from 'lit'

/** The one quiet column that everything before the first space stands in. */
export const sheet = css`
  :host { display: grid; min-block-size: 100%; place-items: center; padding: 24px 20px max(32px, env(safe-area-inset-bottom)); background: var(--paper); overflow: auto }
  .column { inline-size: min(420px, 100%); display: grid; gap: 20px }
  form { display: grid; gap: 18px }
  .brand { display: flex; align-items: center; gap: 10px; font-weight: 680; letter-spacing: -.01em }
  .brand .tessera-mark { inline-size: 30px; block-size: 30px }
  h1 { font-size: clamp(1.6rem, 4vw, var(--text-2xl)) }
  .lead { color: var(--ink-2); font-size: var(--text-m) }
`
