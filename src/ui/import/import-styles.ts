import { css } from 'lit'

export const importStyles = css`
  :host { display: block; block-size: 100% }
  .drop {
    position: relative; display: grid; justify-items: center; gap: 8px; padding: 56px 24px; border: 1.5px dashed var(--control); border-radius: var(--radius-l); background: var(--surface);
    text-align: center; cursor: pointer; font-weight: 400; transition: background var(--quick), border-color var(--quick);
  }
  .drop b { font-size: var(--text-l); font-weight: 620 }
  .drop .icon { color: var(--accent) }
  .drop .icon svg { inline-size: 34px; block-size: 34px; stroke-width: 1.4 }
  .drop:hover, .drop.over { border-color: var(--accent); background: var(--accent-soft) }
  .drop input { position: absolute; inset: 0; opacity: 0; cursor: pointer; inline-size: 100% }
  .drop:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px }
  .running { display: grid; justify-items: center; gap: 14px; text-align: center; padding-block: 10vh }
  progress { inline-size: min(420px, 100%); block-size: 8px; appearance: none; border: 0; border-radius: 4px; overflow: hidden; background: var(--raised) }
  progress::-webkit-progress-bar { background: var(--raised) }
  progress::-webkit-progress-value { background: var(--accent); transition: inline-size var(--quick) }
  progress::-moz-progress-bar { background: var(--accent) }
`
