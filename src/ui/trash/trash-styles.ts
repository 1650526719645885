import { css } from 'lit'

export const trashStyles = css`
  li { display: flex; align-items: center; gap: 12px; min-block-size: 52px; border-block-end: 1px solid var(--line); min-inline-size: 0 }
  li > .icon { color: var(--ink-3) }
  .name { flex: 0 1 auto; font-weight: 560 }
  li .button { flex: none }
  .details { flex: 1 1 0; color: var(--ink-2); font-size: var(--text-s) }
  h2 { font-size: var(--text-m); margin-block-start: 8px }
`
