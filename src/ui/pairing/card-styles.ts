import { css } from 'lit'

/** A page with one card: a picture on one side, instructions on the other. Its top is fixed, so that messages do not move it. */
export const cardStyles = css`
  :host { display: grid; min-block-size: 100%; place-items: start center; background: var(--sunken); padding: clamp(24px, 12vh, 140px) 16px 24px; overflow: auto }
  .card { inline-size: min(860px, 100%); background: var(--surface); border-radius: 22px; box-shadow: var(--shadow); display: grid; grid-template-columns: minmax(0, 372px) minmax(0, 1fr); overflow: hidden }
  .card.one { grid-template-columns: minmax(0, 1fr); inline-size: min(520px, 100%) }
  .picture { background: #fff; padding: 28px; display: grid; place-items: center; border-inline-end: 1px solid var(--line) }
  .picture.camera { background: var(--sunken); padding: 16px }
  .picture tessera-scanner { inline-size: 100% }
  .qr { inline-size: 100%; block-size: auto; display: block; max-inline-size: 340px }
  .words { padding: 36px; display: flex; flex-direction: column; gap: 14px; min-inline-size: 0 }
  .words p { color: var(--ink-2) }
  ol { display: grid; gap: 14px; margin-block: 6px }
  li { display: flex; gap: 12px; align-items: flex-start; color: var(--ink-2) }
  li > span:first-child { inline-size: 26px; block-size: 26px; border-radius: 50%; display: grid; place-items: center; font-size: var(--text-s); font-weight: 640; background: var(--raised); flex: none }
  li > span:last-child { padding-block-start: 2px }
  li.on { color: var(--ink) }
  li.on > span:first-child { background: var(--accent); color: var(--accent-ink) }
  li small { display: block; color: var(--ink-2); font-size: var(--text-s) }
  .foot { margin-block-start: auto; display: flex; flex-wrap: wrap; gap: 10px; align-items: center; padding-block-start: 12px }
  .foot .pill { margin-inline-end: auto }
  .pill.waiting i { background: var(--warn) }
  .others { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: var(--text-s) }
  textarea { font-family: var(--mono); font-size: max(var(--text-s), var(--code-text, 0px)); overflow-wrap: anywhere }
  @media (pointer: coarse) { textarea { --code-text: 16px } }
  @media (width < 720px) {
    :host { place-items: stretch; padding: 0; background: var(--surface) }
    .card, .card.one { grid-template-columns: minmax(0, 1fr); inline-size: 100%; border-radius: 0; box-shadow: none; align-content: start }
    .card.one { padding-block-start: max(10vh, env(safe-area-inset-top)) }
    .picture { border: 0; padding: max(20px, env(safe-area-inset-top)) 20px 12px }
    .picture.camera { background: none; padding-block-end: 0 }
    .words { padding: 20px 20px max(28px, env(safe-area-inset-bottom)) }
    .qr { max-inline-size: 320px }
  }
`
