import { css } from 'lit'

export const spacePageStyles = css`
  :host { display: grid; grid-template-columns: 232px minmax(0, 1fr) auto; grid-template-rows: minmax(0, 1fr); block-size: 100%; position: relative; overflow: hidden }
  main { display: flex; flex-direction: column; min-inline-size: 0; min-block-size: 0; background: var(--surface); position: relative }
  .head { display: flex; align-items: center; gap: 8px; padding: 12px 16px 12px 20px; border-block-end: 1px solid var(--line) }
  .head h1 { font-size: 1.25rem; flex: 0 1 auto }
  .head tessera-menu { margin-inline-end: auto }
  .view { flex: 1 }
  .view[inert] { opacity: .6 }
  .pill.loading { flex: none; margin-inline-start: 4px }
  .pill.loading i { background: var(--ink-3) }
  aside { inline-size: 380px; border-inline-start: 1px solid var(--line); min-block-size: 0; display: grid; background: var(--paper); animation: in var(--quick) var(--ease) }
  .empty { display: grid; justify-items: center; align-content: center; gap: 14px; text-align: center; flex: 1; padding: 32px; max-inline-size: 460px; margin-inline: auto }
  .ways { display: flex; flex-wrap: wrap; gap: 10px; justify-content: center }
  @keyframes in { from { translate: 16px; opacity: .4 } }
  @media (width < 1100px) {
    :host { grid-template-columns: 208px minmax(0, 1fr) }
    aside { position: absolute; inset-block: 0; inset-inline-end: 0; z-index: 6; inline-size: min(420px, 70%); box-shadow: var(--shadow) }
  }
  @media (width < 720px) {
    :host { grid-template-columns: minmax(0, 1fr) }
    main { background: var(--paper) }
    aside { inset: 0; inline-size: auto; border: 0 }
    .head { display: grid; grid-template-columns: minmax(0, 1fr) auto auto; gap: 0 4px; padding: max(8px, env(safe-area-inset-top)) 8px 10px 20px; border: 0 }
    .titles { display: contents }
    .head h1 { font-size: 1.7rem; letter-spacing: -.02em; grid-area: 2 / 1 / auto / -1 }
    .head tessera-menu { grid-area: 1 / 3; margin: 0 }
    .pill.loading { grid-area: 1 / 2; align-self: center }
    .up { display: flex; justify-self: start; align-items: center; gap: 4px; color: var(--ink-2); font-size: var(--text-s); min-block-size: 44px; max-inline-size: 100% }
    .up .icon svg { inline-size: 15px; block-size: 15px }
    tessera-sync-line { max-inline-size: 46vw; grid-area: 1 / 2; align-self: center }
  }
`
