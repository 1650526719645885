import { msg } from '@lit/localize'
import { css, html, LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import layoutGrid from 'lucide-static/icons/layout-grid.svg?raw'
import laptop from 'lucide-static/icons/monitor-smartphone.svg?raw'
import settings from 'lucide-static/icons/settings-2.svg?raw'
import { hrefOf, type Route } from '../route.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { mark } from '../theme/mark.ts'
import { pageColumn } from './page-column.ts'
import { sideNav } from './side-nav.ts'
import './device-line.ts'

/** The frame of pages outside spaces: navigation at the left on a laptop, at the bottom on a phone. */
@customElement('tessera-frame')
export class Frame extends LitElement {
  static override styles = [
    controls,
    sideNav,
    pageColumn,
    css`
      :host { display: grid; grid-template-columns: 232px minmax(0, 1fr); block-size: 100% }
      main { overflow: auto; background: var(--paper); outline: none }
      .brand { font-weight: 680; letter-spacing: -.01em }
      .brand .tessera-mark { inline-size: 26px; block-size: 26px }
      @media (width < 720px) {
        :host { display: flex; flex-direction: column-reverse }
        main { flex: 1; min-block-size: 0 }
        nav { flex-direction: row; padding: 4px 8px max(4px, env(safe-area-inset-bottom)); border: 0; border-block-start: 1px solid var(--line); background: var(--surface) }
        nav .brand, nav footer { display: none }
        nav ul { display: grid; grid-template-columns: repeat(3, 1fr); inline-size: 100% }
        nav li a { flex-direction: column; gap: 2px; font-size: var(--text-xs); block-size: auto; padding: 6px 2px; min-block-size: 52px; justify-content: center }
        nav li .item[aria-current='page'] { background: none; box-shadow: none; color: var(--accent) }
      }
    `,
  ]

  @property() place: Route['kind'] = 'spaces'

  override render() {
    const places = [
      ['spaces', msg('Spaces'), layoutGrid],
      ['devices', msg('Devices'), laptop],
      ['settings', msg('Settings'), settings],
    ] as const
    return html`<nav aria-label=${msg('Main')}>
        <a class="head brand" href=${hrefOf({ kind: 'spaces' })}>${mark}Tessera</a>
        <ul>${places.map(
          ([kind, label, picture]) =>
            html`<li><a class="item" href=${hrefOf({ kind })} aria-current=${kind === this.place ? 'page' : 'false'}>${icon(picture)}${label}</a></li>`,
        )}</ul>
        <footer><tessera-device-line></tessera-device-line></footer>
      </nav>
      <main tabindex="-1"><div class="page"><slot></slot></div></main>`
  }
}
