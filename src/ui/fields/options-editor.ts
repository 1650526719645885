import { msg, str } from '@lit/localize'
import { css, html, LitElement, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import plus from 'lucide-static/icons/plus.svg?raw'
import type { Option, OptionId, OptionInput } from '../../engine/engine.ts'
import { newId } from '../../engine/new-id.ts'
import { placePopup } from '../parts/place-popup.ts'
import { controls } from '../theme/controls.ts'
import { hueStyle } from '../theme/hue.ts'
import { icon } from '../theme/icon.ts'

const HUES = Array.from({ length: 12 }, (_, at) => at + 1)

interface Line {
  readonly id: OptionId
  name: string
  colour: number
}

/** The words of a choice, each with a colour. */
@customElement('tessera-options-editor')
export class OptionsEditor extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 8px }
      li { display: flex; gap: 8px; align-items: center; padding-block-end: 8px }
      .swatch { inline-size: calc(var(--target) + 2px); block-size: calc(var(--target) + 2px); border-radius: var(--radius-s); background: var(--h); color: var(--hi); font-weight: 680; display: grid; place-items: center; border: 1px solid color-mix(in oklab, var(--hi) 40%, transparent) }
      [popover] { position: fixed; inset: auto; margin: 0; padding: 8px; border: 1px solid var(--line); border-radius: var(--radius-m); background: var(--surface); box-shadow: var(--shadow) }
      [popover]:popover-open { display: grid; grid-template-columns: repeat(6, auto); gap: 6px }
      [popover] [aria-pressed='true'] { outline: 2px solid var(--accent); outline-offset: 1px }
    `,
  ]

  @property({ attribute: false }) options: readonly Option[] = []
  @state() private lines: Line[] = []

  override willUpdate(): void {
    if (this.hasUpdated) return
    this.lines = this.options.map(({ id, name, colour }) => ({ id, name, colour }))
    if (this.lines.length === 0) this.lines = [this.#fresh(1), this.#fresh(2)]
  }

  #fresh(colour: number): Line {
    return { id: newId<OptionId>(), name: '', colour: ((colour - 1) % HUES.length) + 1 }
  }

  /** Those that have a name. */
  read(): readonly OptionInput[] {
    return this.lines.map((line) => ({ ...line, name: line.name.trim() })).filter(({ name }) => name !== '')
  }

  async #add(): Promise<void> {
    this.lines = [...this.lines, this.#fresh(this.lines.length + 1)]
    await this.updateComplete
    this.#inputs().at(-1)?.focus()
  }

  #inputs(): HTMLInputElement[] {
    return [...this.renderRoot.querySelectorAll('input')]
  }

  async #pressed(event: KeyboardEvent, at: number): Promise<void> {
    if (event.key !== 'Enter') return
    event.preventDefault()
    if (at === this.lines.length - 1) await this.#add()
    else this.#inputs()[at + 1]?.focus()
  }

  #colours(event: Event): void {
    const button = event.currentTarget as HTMLElement
    const popup = button.nextElementSibling as HTMLElement
    popup.togglePopover()
    placePopup(popup, button)
  }

  #paint(line: Line, colour: number, event: Event): void {
    line.colour = colour
    const popup = (event.currentTarget as HTMLElement).parentElement
    popup?.hidePopover()
    ;(popup?.previousElementSibling as HTMLElement | null)?.focus()
    this.requestUpdate()
  }

  #line(line: Line, at: number): TemplateResult {
    const name = line.name || msg(str`choice ${at + 1}`)
    return html`<li>
      <button type="button" class="swatch" style=${hueStyle(line.colour)} aria-label=${msg(str`Colour of ${name}`)} @click=${this.#colours}>${(line.name.trim()[0] ?? '').toUpperCase()}</button>
      <div popover>${HUES.map(
        (
          hue,
        ) => html`<button type="button" class="swatch" style=${hueStyle(hue)} aria-pressed=${String(hue === line.colour)} aria-label=${msg(str`Colour ${hue}`)}
          @click=${(event: Event) => this.#paint(line, hue, event)}>${hue}</button>`,
      )}</div>
      <input aria-label=${msg(str`Choice ${at + 1}`)} .value=${line.name} autocomplete="off" @keydown=${(event: KeyboardEvent) => this.#pressed(event, at)}
        @input=${(event: Event) => {
          line.name = (event.target as HTMLInputElement).value
          this.requestUpdate()
        }}>
    </li>`
  }

  override render() {
    return html`<span class="label">${msg('Choices')}</span>
      <ul>${repeat(
        this.lines,
        ({ id }) => id,
        (line, at) => this.#line(line, at),
      )}</ul>
      <button type="button" class="button plain" style="justify-self:start" @click=${this.#add}>${icon(plus)}${msg('Add choice')}</button>`
  }
}
