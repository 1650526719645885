import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import x from 'lucide-static/icons/x.svg?raw'
import { dialogsOpen } from '../parts/dialogs-open.ts'
import { parseRoute } from '../route.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { announce } from './announce.ts'
import { attempt, type Message } from './message.ts'

/** Milliseconds that a message stays: time to read it and to reach *Undo*. */
const STAY_MS = 10_000
const MOST_SHOWN = 3

interface Shown extends Message {
  readonly key: number
  /** The page that it was shown on. */
  readonly page: string
}

/** The page that the address names: the tables and records of a space are one page. */
const pageNow = (): string => {
  const route = parseRoute(location.hash)
  return 'space' in route ? `${route.kind}/${route.space}` : route.kind
}

/**
 * The messages at the bottom of the page. Their time stops while they are hovered or focused, and while a dialog covers them. They
 * close when their page is left and when Tessera is locked.
 */
@customElement('tessera-messages')
export class Messages extends LitElement {
  static override styles = [
    controls,
    css`
      :host { position: fixed; inset-inline: 0; inset-block-end: max(16px, env(safe-area-inset-bottom)); z-index: 30; display: grid; justify-items: center; gap: 8px; padding-inline: 16px; pointer-events: none }
      :host([hidden]) { display: none }
      .message {
        pointer-events: auto; display: flex; align-items: center; gap: 8px; max-inline-size: min(560px, 100%); padding: 6px 6px 6px 16px; border-radius: var(--radius-m);
        background: var(--ink); color: var(--paper); box-shadow: var(--shadow); font-size: var(--text-s); animation: rise var(--quick) var(--ease);
      }
      .message.bad { background: var(--bad-soft); color: var(--ink); border: 1px solid var(--bad) }
      .text { flex: 1; overflow-wrap: anywhere; padding-block: 6px }
      .act { font-weight: 650; min-block-size: var(--target); padding-inline: 12px; border-radius: var(--radius-s); white-space: nowrap }
      .square { color: inherit }
      .act:hover, .square:hover { background: color-mix(in oklab, currentColor 14%, transparent); color: inherit }
      .act:focus-visible, .square:focus-visible { outline-color: currentColor; outline-offset: -2px }
      @keyframes rise { from { translate: 0 8px; opacity: 0 } }
      @media (width < 720px) { :host { inset-block-end: calc(var(--foot, 0px) + 84px + env(safe-area-inset-bottom)) } }
    `,
  ]

  @state() private shown: readonly Shown[] = []
  #profile = new Watched(this, 'profile', () => undefined)
  #wasOpen = false
  #next = 0
  #timers = new Map<number, ReturnType<typeof setTimeout>>()

  override connectedCallback(): void {
    super.connectedCallback()
    this.role = 'region'
    this.ariaLabel = msg('Messages')
    addEventListener('tessera-message', this.#added)
    addEventListener('popstate', this.#moved)
    addEventListener('tessera-navigated', this.#moved)
    addEventListener('tessera-dialogs', this.#dialogsChanged)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-message', this.#added)
    removeEventListener('popstate', this.#moved)
    removeEventListener('tessera-navigated', this.#moved)
    removeEventListener('tessera-dialogs', this.#dialogsChanged)
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  #added = (event: Event): void => {
    const message: Shown = { ...(event as CustomEvent<Message>).detail, key: this.#next++, page: pageNow() }
    const others = this.shown.filter(({ text }) => text !== message.text)
    this.shown = [...others, message].slice(-MOST_SHOWN)
    this.#count(message)
    announce(message.action ? `${message.text} ${message.action.label}` : message.text, { urgently: message.tone === 'bad' })
  }

  override willUpdate(): void {
    const isOpen = this.#profile.value?.kind === 'open'
    if (this.#wasOpen && !isOpen) this.#keep(({ stays }) => stays === true)
    this.#wasOpen = isOpen
  }

  #moved = (): void => {
    const page = pageNow()
    this.#keep((message) => message.stays === true || message.everywhere === true || message.page === page)
  }

  #dialogsChanged = (): void => {
    this.hidden = dialogsOpen() > 0
    for (const message of this.shown) this.#count(message)
  }

  #keep(kept: (message: Shown) => boolean): void {
    for (const message of this.shown) if (!kept(message)) this.#close(message.key)
  }

  #count(message: Shown): void {
    if (message.stays) return
    if (this.hidden) return this.#wait(message.key)
    this.#wait(message.key)
    this.#timers.set(
      message.key,
      setTimeout(() => this.#close(message.key), STAY_MS),
    )
  }

  #wait(key: number): void {
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
  }

  #close(key: number): void {
    this.#wait(key)
    this.shown = this.shown.filter((message) => message.key !== key)
  }

  async #act({ key, action }: Shown): Promise<void> {
    this.#close(key)
    if (action) await attempt(action.run)
  }

  override render() {
    return repeat(
      this.shown,
      ({ key }) => key,
      (message) => html`<div class="message ${message.tone ?? 'plain'}"
        @pointerenter=${() => this.#wait(message.key)} @pointerleave=${() => this.#count(message)}
        @focusin=${() => this.#wait(message.key)} @focusout=${() => this.#count(message)}>
        <span class="text">${message.text}</span>
        ${message.action ? html`<button class="act" @click=${() => this.#act(message)}>${message.action.label}</button>` : ''}
        <button class="square" aria-label=${msg('Close message')} @click=${() => this.#close(message.key)}>${icon(x)}</button>
      </div>`,
    )
  }
}
