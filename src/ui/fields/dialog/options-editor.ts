import { msg, str } from '@lit/localize'
import { css, html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import plus from 'lucide-static/icons/plus.svg?raw'
import x from 'lucide-static/icons/x.svg?raw'
import type { Option, OptionId, OptionInput } from '../../../engine/api/engine.ts'
import { newId } from '../../../engine/api/new-id.ts'
import { placePopup } from '../../parts/place-popup.ts'
import { controls } from '../../theme/controls.ts'
import { hueStyle } from '../../theme/hue.ts'
import { icon } from '../../theme/icon.ts'
import { duplicateOption } from './field-edits.ts'

const HUES = Array.from({ length: 12 }, (_, at) => at + 1)

interface Line {
  readonly id: OptionId
  name: string
  colour: number
}

/** The options of a choice, each with a colour: added, renamed, recoloured and deleted. */
@customElement('tessera-options-editor')
export class OptionsEditor extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: grid; gap: 8px }
      li { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; padding-block-end: 8px }
      li input { flex: 1 }
      li .problem { flex-basis: 100% }
      .swatch { inline-size: calc(var(--target) + 2px); block-size: calc(var(--target) + 2px); border-radius: var(--radius-s); background: var(--h); color: var(--hi); font-weight: 680; display: grid; place-items: center; border: 1px solid color-mix(in oklab, var(--hi) 40%, transparent) }
      [popover] { position: fixed; inset: auto; margin: 0; padding: 8px; border: 1px solid var(--line); border-radius: var(--radius-m); background: var(--surface); box-shadow: var(--shadow) }
      [popover]:popover-open { display: grid; grid-template-columns: repeat(6, auto); gap: 6px }
      [popover] [aria-pressed='true'] { outline: 2px solid var(--accent); outline-offset: 1px }
    `,
  ]

  @property({ attribute: false }) options: readonly Option[] = []
  @state() private lines: Line[] = []
  @state() private problem: { readonly at: number; readonly text: string } | undefined

  override willUpdate(): void {
    if (this.hasUpdated) return
    this.lines = this.options.map(({ id, name, colour }) => ({ id, name, colour }))
    if (this.lines.length === 0) this.lines = [this.#fresh(1), this.#fresh(2)]
  }

  #fresh(colour: number): Line {
    return { id: newId<OptionId>(), name: '', colour: ((colour - 1) % HUES.length) + 1 }
  }

  /** The options with a name. */
  read(): readonly (OptionInput & Pick<Line, 'id'>)[] {
    return this.lines.map((line) => ({ ...line, name: line.name.trim() })).filter(({ name }) => name !== '')
  }

  /** Replaces empty lines by one option for each name. */
  suggest(names: readonly string[]): void {
    const typed = this.lines.filter(({ name }) => name.trim() !== '')
    this.lines = [...typed, ...names.map((name, at) => ({ ...this.#fresh(typed.length + at + 1), name }))]
  }

  /** Whether the options can be saved; if not, shows why at the option and focuses it. */
  check(): boolean {
    const duplicate = duplicateOption(this.lines.map(({ name }) => name))
    this.problem = duplicate && {
      at: duplicate.at,
      text: msg(str`Two choices are called “${duplicate.name}”. Rename or delete one.`),
    }
    if (duplicate) this.#inputs()[duplicate.at]?.focus()
    return !duplicate
  }

  async #delete(line: Line, at: number): Promise<void> {
    this.lines = this.lines.filter((each) => each !== line)
    this.problem = undefined
    if (this.lines.length === 0) return this.#add()
    await this.updateComplete
    this.#inputs()[Math.min(at, this.lines.length - 1)]?.focus()
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
    const problem = this.problem?.at === at ? this.problem : undefined
    return html`<li>
      <button type="button" class="swatch" style=${hueStyle(line.colour)} aria-label=${msg(str`Colour of ${name}`)} @click=${this.#colours}>${(line.name.trim()[0] ?? '').toUpperCase()}</button>
      <div popover>${HUES.map(
        (
          hue,
        ) => html`<button type="button" class="swatch" style=${hueStyle(hue)} aria-pressed=${String(hue === line.colour)} aria-label=${msg(str`Colour ${hue}`)}
          @click=${(event: Event) => this.#paint(line, hue, event)}>${hue}</button>`,
      )}</div>
      <input aria-label=${msg(str`Choice ${at + 1}`)} .value=${line.name} autocomplete="off" aria-invalid=${String(problem !== undefined)} aria-describedby=${problem ? 'problem' : nothing} @keydown=${(event: KeyboardEvent) => this.#pressed(event, at)}
        @input=${(event: Event) => {
          line.name = (event.target as HTMLInputElement).value
          this.problem = undefined
          this.requestUpdate()
        }}>
      <button type="button" class="square" aria-label=${msg(str`Delete ${name}`)} title=${msg('Delete choice')} @click=${() => this.#delete(line, at)}>${icon(x)}</button>
      ${problem ? html`<p class="problem" id="problem" role="alert">${problem.text}</p>` : nothing}
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
