import { css } from 'lit'

/** The list at the left edge. */
export const sideNav = css`
  nav { background: var(--sunken); padding: 14px 10px; display: flex; flex-direction: column; gap: 2px; border-inline-end: 1px solid var(--line); min-inline-size: 0; overflow: hidden auto }
  nav .head { display: flex; align-items: center; gap: 10px; min-block-size: 40px; padding: 4px 8px; margin-block-end: 8px; color: var(--ink); text-decoration: none; border-radius: var(--radius-s); min-inline-size: 0 }
  nav ul { display: grid; gap: 2px; grid-template-columns: minmax(0, 1fr) }
  nav h2 { margin: 16px 10px 4px; font-size: var(--text-xs); font-weight: 620; color: var(--ink-3); letter-spacing: 0 }
  nav .item {
    display: flex; align-items: center; gap: 10px; inline-size: 100%; min-block-size: var(--target); padding: 2px 10px; border-radius: var(--radius-s); color: var(--ink-2);
    font-size: var(--text-s); text-decoration: none; min-inline-size: 0;
  }
  nav .item:hover { background: var(--raised); color: var(--ink) }
  nav .item[aria-current='page'] { background: var(--surface); color: var(--ink); font-weight: 600; box-shadow: 0 1px 2px rgb(0 0 0 / .06) }
  nav .item small { margin-inline-start: auto; color: var(--ink-3); font-size: var(--text-xs); font-weight: 400 }
  nav .item .tile { inline-size: 22px; block-size: 22px; border-radius: 6px; font-size: var(--text-xs) }
  nav footer { margin-block-start: auto; padding: 12px 8px 4px }
  @media (forced-colors: active) { nav .item[aria-current='page'] { outline: 2px solid Highlight; outline-offset: -2px } }
`
