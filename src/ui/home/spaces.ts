import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import pencil from 'lucide-static/icons/pencil.svg?raw'
import plus from 'lucide-static/icons/plus.svg?raw'
import rotate from 'lucide-static/icons/rotate-ccw.svg?raw'
import trash from 'lucide-static/icons/trash-2.svg?raw'
import alert from 'lucide-static/icons/triangle-alert.svg?raw'
import type { SpaceSummary } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { askName } from '../dialogs/ask-name.ts'
import { engine } from '../engine.ts'
import { hrefOf } from '../route.ts'
import { navigate } from '../router.ts'
import { attempt, showMessage } from '../shell/message.ts'
import { OverdueController } from '../shell/overdue.ts'
import { controls } from '../theme/controls.ts'
import { hueOf, hueStyle, initialOf } from '../theme/hue.ts'
import { icon } from '../theme/icon.ts'
import { Watched } from '../watched.ts'
import { formatMoment } from '../words/dates.ts'
import { emptyPicture } from './empty-picture.ts'
import '../parts/menu.ts'

/** The list of spaces as cards, and the spaces in the trash. */
@customElement('tessera-spaces')
export class Spaces extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 24px }
      header { display: flex; align-items: center; gap: 16px; min-block-size: var(--target) }
      h1 { flex: 1 }
      .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr)); gap: 14px }
      .card { position: relative; display: flex; align-items: center; gap: 14px; min-block-size: 84px; padding: 14px 8px 14px 16px; border: 1px solid var(--line); border-radius: var(--radius-l); background: var(--surface); transition: border-color var(--quick), box-shadow var(--quick) }
      .card:hover { border-color: var(--line-strong); box-shadow: var(--shadow) }
      .card .tile { inline-size: 48px; block-size: 48px; border-radius: 14px; font-size: 1.2rem }
      .card a { color: inherit; text-decoration: none; font-weight: 620; overflow-wrap: anywhere; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden }
      .card a::after { content: ''; position: absolute; inset: 0; border-radius: inherit }
      .card a:focus-visible { outline: none }
      .card:has(a:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px }
      .harm { display: flex; align-items: center; gap: 6px; color: var(--bad) }
      .card div { flex: 1; min-inline-size: 0 }
      tessera-menu { position: relative }
      .empty { display: grid; justify-items: center; gap: 14px; text-align: center; padding-block: 8vh; max-inline-size: 400px; margin-inline: auto }
      details { border-block-start: 1px solid var(--line); padding-block-start: 14px }
      summary { cursor: pointer; min-block-size: var(--target); align-content: center; font-size: var(--text-s); color: var(--ink-2); inline-size: fit-content }
      .gone { display: flex; align-items: center; gap: 12px; min-block-size: 52px; border-block-end: 1px solid var(--line) }
      .gone span:nth-child(2) { flex: 1 }
    `,
  ]

  #overdue = new OverdueController(this)
  #spaces = new Watched(this, 'spaces', () => undefined)
  #profile = new Watched(this, 'profile', () => undefined)

  async #create(): Promise<void> {
    const name = await askName({
      heading: msg('New space'),
      label: msg('Name'),
      action: msg('Create space'),
      hint: msg('One subject with its tables, records and links.'),
    })
    if (!name) return
    const made = await attempt(() => engine().call('createSpace', { name }))
    if (made) navigate({ kind: 'space', space: made.space })
  }

  async #rename(space: SpaceSummary): Promise<void> {
    const name = await askName({ heading: msg('Rename space'), label: msg('Name'), action: msg('Rename'), value: space.name })
    if (name) await attempt(() => commit(space.id, [{ do: 'update-space', name }]))
  }

  async #delete({ id, name }: SpaceSummary): Promise<void> {
    await engine().call('deleteSpace', { space: id })
    showMessage({
      text: msg(str`“${name}” moved to the trash.`),
      action: { label: msg('Undo'), run: () => engine().call('restoreSpace', { space: id }) },
    })
  }

  #status({ arriving, changed, damaged }: SpaceSummary): TemplateResult | typeof nothing {
    if (damaged) return html`<p class="xs harm">${icon(alert)}${msg('Damaged on this device')}</p>`
    if (arriving) return html`<p class="xs muted">${msg('Arriving from your other device')}</p>`
    return changed ? html`<p class="xs muted">${msg(str`Changed ${formatMoment(changed)}`)}</p>` : nothing
  }

  #card(space: SpaceSummary): TemplateResult {
    const name = space.name || msg('Unnamed space')
    return html`<li class="card">
      <span class="tile" style=${hueStyle(hueOf(space.id))} aria-hidden="true">${initialOf(name)}</span>
      <div><a href=${hrefOf({ kind: 'space', space: space.id })}>${name}</a>
        ${this.#status(space)}</div>
      <tessera-menu .label=${msg(str`More for ${name}`)} .items=${[
        { label: msg('Rename…'), icon: pencil, run: () => this.#rename(space) },
        { label: msg('Move to trash'), icon: trash, danger: true, run: () => this.#delete(space) },
      ]}></tessera-menu>
    </li>`
  }

  #loading(): TemplateResult | typeof nothing {
    return this.#overdue.is ? html`<p class="empty muted" role="status">${msg('Loading…')}</p>` : nothing
  }

  #arriving(): TemplateResult {
    return html`<div class="empty" role="status">${emptyPicture}
      <h2>${msg('Your spaces are arriving')}</h2>
      <p class="muted">${msg('Keep Tessera open on both devices. Your spaces appear here by themselves.')}</p>
    </div>`
  }

  #empty(): TemplateResult {
    return html`<div class="empty">${emptyPicture}
      <h2>${msg('Start with a space')}</h2>
      <p class="muted">${msg('A space holds tables that belong together, their records and the links between them. Create one for your household, your system or your machines.')}</p>
      <button class="button primary large" @click=${this.#create}>${icon(plus)}${msg('Create your first space')}</button>
    </div>`
  }

  override render() {
    const all = this.#spaces.value
    const profile = this.#profile.value
    if (!all || profile?.kind !== 'open') return this.#loading()
    const spaces = all.filter(({ deleted }) => !deleted)
    const gone = all.filter(({ deleted }) => deleted)
    return html`<header><h1>${msg('Spaces')}</h1>
        ${spaces.length > 0 ? html`<button class="button primary" @click=${this.#create}>${icon(plus)}${msg('New space')}</button>` : nothing}</header>
      ${
        spaces.length === 0
          ? profile.arriving
            ? this.#arriving()
            : this.#empty()
          : html`<ul class="cards">${repeat(
              spaces,
              ({ id }) => id,
              (space) => this.#card(space),
            )}</ul>`
      }
      ${
        gone.length > 0
          ? html`<details><summary>${msg(str`Trash (${gone.length})`)}</summary><ul>${gone.map(
              ({
                id,
                name,
              }) => html`<li class="gone"><span class="tile" style=${hueStyle(hueOf(id))} aria-hidden="true">${initialOf(name)}</span>
                <span class="ellipsis">${name}</span>
                <button class="button" @click=${() => attempt(() => engine().call('restoreSpace', { space: id }))} aria-label=${msg(str`Restore ${name}`)}>${icon(rotate)}${msg('Restore')}</button></li>`,
            )}</ul></details>`
          : nothing
      }`
  }
}
