import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Neighbour, SpaceId } from '../../engine/api/engine.ts'
import { savesUnderWay } from '../commit.ts'
import { hrefOf } from '../route.ts'
import { controls } from '../theme/controls.ts'
import { Watched } from '../watched.ts'

/** *Saving…* appears only when it takes longer than this. */
const PATIENCE_MS = 300

/** Whether changes are saved here, and the state of each other device. `short` is for the header on a phone. */
@customElement('tessera-sync-line')
export class SyncLine extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block; font-size: var(--text-xs); line-height: 1.6; color: var(--ink-2); min-inline-size: 0 }
      b { color: var(--ink); font-weight: 570 }
      ul { max-block-size: 6.4em; overflow: auto }
    `,
  ]

  @property({ attribute: false }) space!: SpaceId
  @property({ type: Boolean }) short = false
  @state() private slow = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #sync = new Watched(this, 'sync', () => ({ space: this.space }))

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('tessera-saving', this.#saving)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-saving', this.#saving)
    clearTimeout(this.#timer)
  }

  #saving = (): void => {
    clearTimeout(this.#timer)
    this.slow &&= savesUnderWay() > 0
    if (savesUnderWay() > 0)
      this.#timer = setTimeout(() => {
        this.slow = savesUnderWay() > 0
      }, PATIENCE_MS)
  }

  #status(neighbour: Neighbour): string {
    const state = this.#state(neighbour)
    return neighbour.path === 'relayed' ? msg(str`${state} · relayed`) : state
  }

  #state({ name, equal, state, refused }: Neighbour): string {
    if (refused) return msg(str`Changes from ${name} were refused; none of them were stored. Update Tessera on both devices.`)
    if (equal) return msg(str`${name} has everything`)
    if (state === 'connected') return msg(str`${name} is catching up`)
    return state === 'connecting' ? msg(str`Connecting to ${name}`) : msg(str`Waiting for ${name}`)
  }

  #others(): TemplateResult | typeof nothing {
    const sync = this.#sync.value
    if (!sync) return nothing
    if (sync.neighbours.length === 0)
      return html`${msg('Only on this device')} · <a href=${hrefOf({ kind: 'pair' })}>${msg('Pair')}</a>`
    const offline = sync.discovery === 'unreachable' && !sync.neighbours.some(({ state }) => state === 'connected')
    return html`<ul>${sync.neighbours.map((neighbour) => html`<li>${this.#status(neighbour)}</li>`)}${offline ? html`<li>${msg('Offline. Changes go out when the network is back.')}</li>` : nothing}</ul>`
  }

  override render() {
    const saved = this.slow ? msg('Saving…') : msg('Saved here')
    if (!this.short) return html`<b>${saved}</b><br>${this.#others()}`
    const sync = this.#sync.value
    // Says nothing about other devices before it is known whether there are any.
    if (!sync)
      return html`<span class="pill"><i style="background:var(--ink-3)"></i><span class="ellipsis">${this.slow ? saved : msg('Saved')}</span></span>`
    const { neighbours } = sync
    const equal = neighbours.filter((neighbour) => neighbour.equal).map(({ name }) => name)
    const refused = neighbours.some((neighbour) => neighbour.refused)
    const well = equal.length > 0 && !refused
    const others = refused
      ? msg('refused changes')
      : neighbours.length === 0
        ? msg('only here')
        : equal.length > 0
          ? msg(str`${new Intl.ListFormat().format(equal)} too`)
          : msg('waiting for others')
    return html`<span class="pill"><i style=${well ? '' : 'background:var(--warn)'}></i><span class="ellipsis">${this.slow ? saved : msg('Saved')} · ${others}</span></span>`
  }
}
