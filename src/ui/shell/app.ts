import { msg } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { hasArrivedCode } from '../arrived-code.ts'
import { navigate, Router } from '../router.ts'
import { SheetEntry } from '../sheet-entry.ts'
import { controls } from '../theme/controls.ts'
import { Watched } from '../watched.ts'
import { loadPage, type PageName } from './load-page.ts'
import { isLocking } from './lock.ts'
import { OverdueController } from './overdue.ts'
import '../home/spaces.ts'
import '../import/import-line.ts'
import '../welcome/create-profile.ts'
import '../welcome/unlock.ts'
import '../welcome/welcome.ts'
import './damage-notice.ts'
import './frame.ts'
import './live-region.ts'
import './messages.ts'
import './offers.ts'

/** The focused element, through all shadow roots. */
const focusedElement = (): HTMLElement | null => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return element instanceof HTMLElement ? element : null
}

/** The whole application: welcome, unlock, and the pages of an open profile. */
@customElement('tessera-app')
export class App extends LitElement {
  static override styles = [
    controls,
    css`:host { display: grid; grid-template: minmax(0, 1fr) auto / minmax(0, 1fr); block-size: 100% } .whole, .opening { grid-row: 1; block-size: 100% } tessera-import-line { grid-row: 2 } tessera-damage-notice, tessera-offers { display: none } .opening { display: grid; place-content: center; gap: 12px; justify-items: center; text-align: center; padding: 24px; block-size: 100%; color: var(--ink-2) } .opening p { max-inline-size: 460px } .opening h1 { color: var(--ink) }`,
  ]

  @state() private step: 'welcome' | 'create' = 'welcome'
  @state() private pairing = false
  /** Why the engine cannot run here: an error message for support. */
  @state() private failed: string | undefined
  /** Why this tab must be reloaded. */
  @state() private outdated: 'updated' | 'other-build' | undefined
  /** Locked by something other than this tab while it was in use: keys already typed were meant for a cell, not for the passphrase. */
  @state() private interrupted = false
  #wasOpen = false
  /** Back on the page that creates a profile leads to the welcome page. */
  #createEntry = new SheetEntry(() => this.#backToWelcome())
  #router = new Router(this)
  #overdue = new OverdueController(this)
  #profile = new Watched(
    this,
    'profile',
    () => undefined,
    ({ kind }) => {
      this.interrupted = kind === 'locked' && (this.interrupted || (this.#wasOpen && !isLocking()))
      this.#wasOpen = kind === 'open'
      if (kind === 'open') this.#createEntry.close()
      if (kind === 'open' && (this.pairing || hasArrivedCode())) this.#goPairing()
    },
  )

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('tessera-code-arrived', this.#codeArrived)
    addEventListener('tessera-engine-failed', this.#engineFailed)
    addEventListener('tessera-outdated', this.#outdated)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('tessera-code-arrived', this.#codeArrived)
    removeEventListener('tessera-engine-failed', this.#engineFailed)
    removeEventListener('tessera-outdated', this.#outdated)
  }

  #engineFailed = (event: Event): void => {
    this.failed = String((event as CustomEvent<unknown>).detail)
  }

  #outdated = (event: Event): void => {
    const { why, reloads } = (event as CustomEvent<{ why: 'updated' | 'other-build'; reloads: boolean }>).detail
    // Leaving an editor saves it while the engine still runs.
    focusedElement()?.blur()
    if (!reloads) this.outdated = why
  }

  #codeArrived = (): void => {
    if (this.#profile.value?.kind === 'open') this.#goPairing()
    else this.requestUpdate()
  }

  #goPairing(): void {
    this.pairing = false
    navigate({ kind: 'enter-code' })
  }

  #start(pairing: boolean): void {
    this.pairing = pairing
    this.step = 'create'
    this.#createEntry.open()
  }

  #page(name: PageName, content: TemplateResult): TemplateResult {
    loadPage(name)
    return content
  }

  #open(): TemplateResult {
    const { route } = this.#router
    switch (route.kind) {
      case 'space':
        return this.#page(
          'space',
          html`${keyed(route.space, html`<tessera-space class="whole" .route=${route}></tessera-space>`)}`,
        )
      case 'trash':
        return this.#page(
          'trash',
          html`${keyed(route.space, html`<tessera-trash class="whole" .space=${route.space}></tessera-trash>`)}`,
        )
      case 'import':
        return this.#page(
          'import',
          html`${keyed(route.space, html`<tessera-import class="whole" .space=${route.space}></tessera-import>`)}`,
        )
      case 'pair':
        return this.#page('pairing', html`<tessera-show-code class="whole"></tessera-show-code>`)
      case 'enter-code':
        return this.#page('pairing', html`<tessera-enter-code class="whole"></tessera-enter-code>`)
      case 'devices':
        return this.#page(
          'devices',
          html`<tessera-frame class="whole" place="devices"><tessera-devices></tessera-devices></tessera-frame>`,
        )
      case 'settings':
        return this.#page(
          'settings',
          html`<tessera-frame class="whole" place="settings"><tessera-settings></tessera-settings></tessera-frame>`,
        )
      default:
        return html`<tessera-frame class="whole" place="spaces"><tessera-spaces></tessera-spaces></tessera-frame>`
    }
  }

  #reloadPage(heading: string, text: string, detail?: string): TemplateResult {
    return html`<main class="opening" role="alert"><h1>${heading}</h1><p>${text}</p>
      ${detail === undefined ? nothing : html`<p><code>${detail}</code></p>`}
      <button class="button primary" @click=${() => location.reload()}>${msg('Reload')}</button></main>`
  }

  #content(): TemplateResult | typeof nothing {
    if (this.outdated === 'updated')
      return this.#reloadPage(
        msg('Tessera was updated'),
        msg('This tab still runs the previous version. Reload it to continue. Everything you saved is there.'),
      )
    if (this.outdated === 'other-build')
      return this.#reloadPage(
        msg('Another tab runs a different version'),
        msg('Close or reload the other tabs of Tessera, then reload this one. Everything you saved is there.'),
      )
    if (this.failed !== undefined)
      return this.#reloadPage(
        msg('Tessera cannot start here'),
        msg('Your data was not changed. Reload the page. If that does not help, this is the error:'),
        this.failed,
      )
    switch (this.#profile.value?.kind) {
      case undefined:
        return this.#overdue.is ? html`<p class="opening" role="status">${msg('Opening…')}</p>` : nothing
      case 'none':
        return this.step === 'create' || hasArrivedCode()
          ? html`<tessera-create-profile class="whole" ?pairing=${this.pairing || hasArrivedCode()} @back=${this.#backToWelcome}></tessera-create-profile>`
          : html`<tessera-welcome class="whole" @start=${() => this.#start(false)} @pair=${() => this.#start(true)}></tessera-welcome>`
      case 'locked':
        return html`<tessera-unlock class="whole" ?codeWaits=${hasArrivedCode()} ?interrupted=${this.interrupted}></tessera-unlock>`
      case 'open':
        return this.#open()
    }
  }

  #backToWelcome(): void {
    this.step = 'welcome'
    this.pairing = false
    this.#createEntry.close()
  }

  override render() {
    return html`${this.#content()}${this.#profile.value?.kind === 'open' && !this.outdated ? html`<tessera-import-line></tessera-import-line><tessera-damage-notice></tessera-damage-notice>` : nothing}<tessera-offers></tessera-offers><tessera-messages></tessera-messages><tessera-live-region></tessera-live-region>`
  }
}
