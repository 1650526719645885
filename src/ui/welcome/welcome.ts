import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement } from 'lit/decorators.js'
import { controls } from '../theme/controls.ts'
import { mark } from '../theme/mark.ts'
import { welcomePicture } from './picture.ts'
import { sheet } from './sheet.ts'

/** The first page: start fresh, or pair with another device. Fires `start` and `pair`. */
@customElement('tessera-welcome')
export class Welcome extends LitElement {
  static override styles = [
    controls,
    sheet,
    css`
      main { inline-size: min(920px, 100%); display: grid; grid-template-columns: 1fr 1fr; gap: 64px; align-items: center }
      .words { display: grid; gap: 20px }
      .lead { font-size: 1.0625rem; line-height: 1.5 }
      h1 { font-size: clamp(1.9rem, 4.4vw, 2.6rem); line-height: 1.1; letter-spacing: -.025em }
      .ways { display: grid; gap: 10px; max-inline-size: 340px }
      .large { min-block-size: 52px; font-size: 1rem }
      @media (width < 720px) {
        :host { place-items: stretch }
        main { grid-template-columns: 1fr; gap: 40px; align-content: center }
        .picture { max-inline-size: 360px; margin-inline: auto; inline-size: 100% }
        .ways { max-inline-size: none }
      }
    `,
  ]

  #choose(way: 'start' | 'pair'): void {
    this.dispatchEvent(new Event(way))
  }

  override render() {
    return html`<main>
      <div class="picture">${welcomePicture}</div>
      <div class="words">
        <div class="brand">${mark} Tessera</div>
        <h1>${msg('Your data, on your own devices.')}</h1>
        <p class="lead">${msg('A private, encrypted database that syncs directly between your devices. No account, no server, works offline.')}</p>
        <div class="ways">
          <button class="button primary large" @click=${() => this.#choose('start')}>${msg('Start fresh')}</button>
          <button class="button large" @click=${() => this.#choose('pair')}>${msg('Pair with my other device')}</button>
        </div>
      </div>
    </main>`
  }
}
