import { css } from 'lit'

export const gridStyles = css`
  :host { display: block; min-block-size: 0; position: relative; --head: 36px }
  .scroller { block-size: 100%; overflow: auto; overscroll-behavior: contain; background: var(--surface); scroll-padding-block-start: var(--head) }
  [role='grid'] { position: relative; min-inline-size: 100%; inline-size: max-content; outline: none }
  [role='row'] { display: flex; min-inline-size: 100% }

  .head { position: sticky; inset-block-start: 0; z-index: 3; background: var(--surface) }
  .head [role='row'] { block-size: var(--head); border-block-end: 1px solid var(--line) }
  .head [role='columnheader'] { position: relative; display: flex; align-items: center; background: var(--surface); color: var(--ink-2); font-size: var(--text-s); font-weight: 570 }
  .sort { display: flex; align-items: center; gap: 7px; flex: 1; min-inline-size: 0; block-size: 100%; padding-inline: 12px 6px; font-weight: inherit }
  .sort .icon svg { inline-size: 14px; block-size: 14px; color: var(--ink-3) }
  .sort .arrow svg { color: var(--accent) }
  .head [role='columnheader']:hover { background: var(--sunken) }
  .head tessera-menu { position: absolute; inset-inline-end: 2px; opacity: 0; --target: 28px; background: inherit; border-radius: var(--radius-s) }
  .head [role='columnheader']:is(:hover, :focus-within, .at) tessera-menu { opacity: 1 }
  .add-column { color: var(--ink-2); inline-size: 48px; display: grid; place-items: center; block-size: 100% }
  .add-column:hover { color: var(--ink); background: var(--raised) }

  /* Holds the input that has the focus in view, wherever the table is scrolled to. */
  .hold { position: sticky; inset-block-start: 0; inset-inline-start: 0; inline-size: 0; block-size: 0; z-index: 5 }
  .keys { position: absolute; inset-block-start: 0; inset-inline-start: 0; min-inline-size: 0; inline-size: 120px; min-block-size: var(--row); block-size: var(--row); padding: calc((var(--row) - 1.4 * .875rem) / 2 - 1px) 11px; font-size: .875rem; line-height: 1.4; resize: none; overflow: hidden; border-radius: 4px; opacity: 0; pointer-events: none }
  .keys.composing { opacity: 1; outline: 2px solid var(--accent); outline-offset: -2px }

  .body { position: relative }
  /* Lines of rows that are not drawn yet: scrolling shows them before any script runs. */
  .body::before { content: ''; position: absolute; inset: 0 0 var(--row); background: linear-gradient(to top, var(--line) 1px, transparent 1px) 0 0 / 100% var(--row) }
  .row { position: absolute; inset-block-start: 0; inset-inline-start: 0; inline-size: var(--width); block-size: var(--row); border-block-end: 1px solid var(--line); contain: layout style }
  /* Later rows would be painted over the editor and its message. */
  .row.active { z-index: 2 }
  .cell { position: relative; flex: none; display: flex; align-items: center; gap: 5px; min-inline-size: 0; padding-inline: 12px; background: var(--surface); white-space: nowrap; overflow: hidden; font-size: .875rem; cursor: default }
  .cell > .words { overflow: hidden; text-overflow: ellipsis }
  .cell.of-number { justify-content: flex-end; text-align: end }
  .cell.name { font-weight: 560 }
  .cell.stuck { position: sticky; z-index: 1 }
  .cell.index { inset-inline-start: 0; inline-size: var(--number); padding-inline: 16px 4px; color: var(--ink-3); font-size: var(--text-xs); justify-content: space-between }
  .cell.name.stuck { inset-inline-start: var(--number) }
  .head .stuck { position: sticky; z-index: 2 }
  .head .index { inset-inline-start: 0; inline-size: var(--number); flex: none }
  .head .name { inset-inline-start: var(--number) }
  .row:hover .cell { background: color-mix(in oklab, var(--ink) 2.5%, var(--surface)) }
  .used .row.at .cell, .row.open .cell { background: color-mix(in oklab, var(--accent) 6%, var(--surface)) }
  .used .cell.at { outline: 2px solid var(--line-strong); outline-offset: -2px; border-radius: 4px }
  .hold:focus-within + [role='grid'] .at:not(.editing):is(.cell, [role='columnheader'], [role='gridcell']) { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 4px }
  .cell.editing.editing { outline: none; overflow: visible; padding: 0; z-index: 4; align-items: flex-start; text-align: start; justify-content: flex-start;
    --editor-block: var(--row); --editor-padding: calc((var(--row) - 1.4 * .875rem) / 2 - 1px) 11px; --editor-radius: 4px; --editor-text: .875rem }
  .cell.editing.of-number { text-align: end }
  .cell.editing > * { flex: 1; min-inline-size: 0 }
  button.open { display: grid; place-items: center; inline-size: 26px; block-size: 26px; border-radius: var(--radius-s); color: var(--ink-2); opacity: 0 }
  button.open .icon svg { inline-size: 14px; block-size: 14px }
  button.open:hover { background: var(--raised); color: var(--ink) }
  .row:is(:hover, .at) button.open { opacity: 1 }

  .saved::after { content: ''; position: absolute; inset-block-start: 5px; inset-inline-end: 5px; inline-size: 9px; block-size: 5px; border: solid var(--good); border-width: 0 0 2px 2px; rotate: -45deg; animation: saved 1.6s var(--ease) forwards }
  @keyframes saved { 70% { opacity: 1 } to { opacity: 0 } }

  .failed { box-shadow: inset 0 0 0 1px var(--bad), inset 3px 0 0 var(--bad) }
  .row.landed .cell { animation: landed 1.2s var(--ease) }
  @keyframes landed { from { background: var(--accent-soft) } }

  .add { position: absolute; inset-inline: 0; block-size: var(--row) }
  .add > span { position: sticky; inset-inline-start: 0; display: flex; align-items: center; gap: 8px; inline-size: fit-content; padding-inline: 18px; color: var(--ink-2); font-size: var(--text-s); cursor: pointer; block-size: 100% }
  .add:hover { background: var(--sunken); color: var(--ink) }

  @media (pointer: coarse) { button.open, .head tessera-menu { opacity: 1 } .cell { font-size: var(--text-m) } .cell.editing.editing { --editor-text: var(--text-m) } }
  @media (forced-colors: active) { .cell.at, .row.at .cell.at { outline-color: Highlight } }
`
