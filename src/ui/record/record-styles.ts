import { css } from 'lit'

export const recordStyles = css`
  :host { display: block; min-block-size: 0; background: var(--paper) }
  section { display: flex; flex-direction: column; block-size: 100% }
  header { display: flex; align-items: center; gap: 6px; padding: 10px 12px 2px }
  .where { flex: 1; color: var(--ink-2); font-size: var(--text-s) }
  .scroll { flex: 1; overflow: auto; min-block-size: 0; padding: 8px 20px 40px; overscroll-behavior: contain }
  .title { display: flex; gap: 14px; align-items: center; padding-block-end: 16px }
  .title .tile { inline-size: 56px; block-size: 56px; border-radius: 16px; font-size: 1.45rem }
  .title h2 { flex: 1; min-inline-size: 0; font-size: 1.3rem; letter-spacing: -.01em; overflow-wrap: anywhere }
  dl { display: grid; gap: 2px }
  .line { display: grid; grid-template-columns: 124px minmax(0, 1fr); gap: 8px; align-items: start }
  dt { display: flex; align-items: center; gap: 7px; min-block-size: 36px; color: var(--ink-3); font-size: var(--text-s); min-inline-size: 0 }
  dt .icon svg { inline-size: 14px; block-size: 14px }
  .value { position: relative; display: flex; flex-wrap: wrap; gap: 6px; align-items: center; min-inline-size: 0 }
  .edit { flex: 1; min-inline-size: 0; min-block-size: 36px; padding: 5px 9px; margin-inline-start: -9px; border-radius: var(--radius-s); font: inherit; overflow-wrap: anywhere; letter-spacing: inherit }
  .words { white-space: pre-wrap }
  @media (hover: hover) { .edit:hover:not(:disabled) { background: var(--raised) } }
  .edit:disabled { color: inherit; cursor: default }
  .nothing { color: var(--ink-3) }
  .linked { text-decoration: none; max-inline-size: 100%; display: inline-flex; border-radius: var(--radius-full) }
  .linked:hover { text-decoration: underline }
  .linked ~ .edit { flex: none; margin-inline-start: 0; display: inline-flex; align-items: center }
  .edit:has(> .add) { line-height: 1 }
  .edit .add { display: inline-flex; align-items: center; gap: 6px; color: var(--ink-3); font-size: var(--text-s) }
  .edit .add .icon svg { inline-size: 14px; block-size: 14px }
  .editor { margin-inline-start: -9px; --editor-block: 36px; --editor-padding: 6px 9px }
  .add-field { margin-block-start: 10px; margin-inline-start: -14px }
  .absent { padding-block: 12vh; display: grid; gap: 12px; justify-items: center; text-align: center }
  .saved::after { content: ''; position: absolute; inset-block-start: 13px; inset-inline-end: 6px; inline-size: 10px; block-size: 6px; border: solid var(--good); border-width: 0 0 2px 2px; rotate: -45deg; animation: saved 1.6s var(--ease) forwards }
  @keyframes saved { 70% { opacity: 1 } to { opacity: 0 } }
  @media (pointer: coarse) { .edit, dt { min-block-size: 44px } .linked .chip { min-block-size: 36px; padding-inline: 13px } }
  @media (width < 720px) {
    header { padding: max(6px, env(safe-area-inset-top)) 8px 0 }
    .line { grid-template-columns: minmax(0, 1fr); gap: 0; padding-block-end: 8px }
    dt { min-block-size: 26px }
    dl .edit { font-size: 1rem }
  }
`
