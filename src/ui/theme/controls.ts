import { css } from 'lit'

/** Styles that every element of the interface shares: type, buttons, inputs, chips, tiles, icons. */
export const controls = css`
  *, ::before, ::after { box-sizing: border-box }
  :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
  ::selection { background: color-mix(in oklab, var(--accent) 25%, transparent) }

  h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0 }
  ul, ol { list-style: none }
  h1 { font-size: var(--text-xl); line-height: 1.2; letter-spacing: -.015em; font-weight: 680; text-wrap: balance }
  h2 { font-size: var(--text-l); line-height: 1.3; letter-spacing: -.005em; font-weight: 640 }
  h3 { font-size: var(--text-s); font-weight: 620 }
  p { text-wrap: pretty }
  a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px }
  .muted { color: var(--ink-2) }
  .small { font-size: var(--text-s) }
  .xs { font-size: var(--text-xs) }
  .ellipsis { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-inline-size: 0 }
  .visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }

  .icon { display: inline-grid; place-items: center; flex: none }
  .icon svg { inline-size: 18px; block-size: 18px; stroke-width: 1.75 }

  button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: start; touch-action: manipulation }
  .button {
    display: inline-flex; align-items: center; justify-content: center; gap: var(--space-2);
    min-block-size: var(--target); padding: 4px 14px; border-radius: var(--radius-s);
    border: 1px solid var(--line-strong); background: var(--surface); color: var(--ink);
    font-size: var(--text-s); font-weight: 560; text-decoration: none; text-align: center; cursor: pointer;
    transition: background var(--quick), border-color var(--quick);
  }
  .button:hover { background: var(--raised) }
  .button.primary { background: var(--accent); color: var(--accent-ink); border-color: transparent }
  .button.primary:hover { background: var(--accent-press) }
  .button.danger { color: var(--bad) }
  .button.plain { border-color: transparent; background: none; color: var(--ink-2) }
  .button.plain:hover { background: var(--raised); color: var(--ink) }
  .button.large { min-block-size: 48px; padding-inline: 20px; border-radius: var(--radius-m); font-size: var(--text-m) }
  .button:is([aria-disabled='true'], :disabled, :hover[aria-disabled='true']) { background: var(--raised); color: var(--ink-3); border-color: transparent; cursor: default }
  .link { color: var(--ink-2); text-decoration: underline; text-underline-offset: .2em; text-decoration-color: var(--line-strong); padding-block: 2px }
  .link:hover { color: var(--ink); text-decoration-color: currentColor }
  .square {
    display: inline-grid; place-items: center; flex: none; inline-size: var(--target); block-size: var(--target);
    border-radius: var(--radius-s); color: var(--ink-2); text-decoration: none;
  }
  .square:hover { background: var(--raised); color: var(--ink) }

  label, .label { font-size: var(--text-s); font-weight: 560; color: var(--ink) }
  .field { display: grid; gap: 6px }
  .hint { font-size: var(--text-s); color: var(--ink-2) }
  .problem { font-size: var(--text-s); color: var(--bad) }
  input:not([type='checkbox'], [type='radio'], [type='file'], [type='range'], .visually-hidden), textarea, select {
    font: inherit; font-size: var(--text-m); color: var(--ink); background: var(--surface);
    border: 1px solid var(--control); border-radius: var(--radius-s); min-block-size: calc(var(--target) + 4px);
    padding: 6px 11px; inline-size: 100%; min-inline-size: 0;
  }
  textarea { resize: vertical; line-height: 1.45 }
  select { appearance: auto; padding-inline: 8px }
  :is(input, textarea, select):focus-visible { outline: 2px solid var(--focus); outline-offset: -1px; border-color: transparent }
  [aria-invalid='true'] { border-color: var(--bad) }
  ::placeholder { color: var(--ink-3); opacity: 1 }
  input[type='checkbox'], input[type='radio'] { inline-size: 18px; block-size: 18px; margin: 0; accent-color: var(--accent); flex: none }

  .chip {
    display: inline-flex; align-items: center; gap: 5px; max-inline-size: 100%; min-block-size: 24px; padding: 1px 9px;
    border-radius: var(--radius-full); font-size: var(--text-s); line-height: 1.35; background: var(--h, var(--raised)); color: var(--hi, var(--ink));
    border: 0; text-decoration: none;
  }
  .chip > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
  .tile {
    display: inline-grid; place-items: center; flex: none; inline-size: 28px; block-size: 28px; border-radius: 8px;
    background: var(--h, var(--raised)); color: var(--hi, var(--ink-2)); font-size: var(--text-s); font-weight: 680; line-height: 1;
  }
  .pill {
    display: inline-flex; align-items: center; gap: 7px; min-block-size: 28px; padding: 2px 11px; border-radius: var(--radius-full);
    font-size: var(--text-xs); color: var(--ink-2); background: var(--sunken);
  }
  .pill i, .mark { inline-size: 7px; block-size: 7px; border-radius: 50%; background: var(--good); flex: none }
  .note { display: flex; gap: 10px; padding: 10px 12px; border-radius: var(--radius-m); background: var(--sunken); font-size: var(--text-s); color: var(--ink-2) }
  .note.warn { background: var(--warn-soft); color: var(--ink) }
  .note.warn .icon { color: var(--warn) }
  .note.bad { background: var(--bad-soft); color: var(--ink) }
  .note.bad .icon { color: var(--bad) }

  @media (pointer: coarse) {
    .link { min-block-size: 44px; display: inline-flex; align-items: center }
    .icon svg { inline-size: 20px; block-size: 20px }
    input[type='checkbox'], input[type='radio'] { inline-size: 22px; block-size: 22px }
  }
  @media (forced-colors: active) {
    .chip, .tile, .pill, .note { border: 1px solid CanvasText }
    .button { border-color: ButtonBorder }
    .mark, .pill i { background: CanvasText }
  }
`
