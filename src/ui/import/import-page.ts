import { msg, str } from '@lit/localize'
import { html, LitElement, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import circleCheck from 'lucide-static/icons/circle-check.svg?raw'
import fileUp from 'lucide-static/icons/file-up.svg?raw'
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw'
import type { CsvGuess, CsvPreview, ImportResult, SpaceId } from '../../engine/engine.ts'
import { engine } from '../engine.ts'
import { navigate } from '../router.ts'
import { announce } from '../shell/announce.ts'
import { undo } from '../space/undo.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { failureSentence, isCancelled } from '../words/failure.ts'
import { formatNumber } from '../words/numbers.ts'
import type { ImportWanted } from './import-preview.ts'
import { importStyles } from './import-styles.ts'
import './import-preview.ts'
import '../space/space-frame.ts'

type Step =
  | { readonly kind: 'choose'; readonly problem?: string }
  | { readonly kind: 'look'; readonly file: File; readonly preview: CsvPreview; readonly problem?: string }
  | { readonly kind: 'run'; readonly file: File; readonly done: number; readonly total: number; readonly stop: AbortController }
  | { readonly kind: 'done'; readonly file: File; readonly result: ImportResult }

/** Brings a file of comma-separated values in as a table: choose, look, wait, done. */
@customElement('tessera-import')
export class ImportPage extends LitElement {
  static override styles = [controls, importStyles]

  @property({ attribute: false }) space!: SpaceId
  @state() private step: Step = { kind: 'choose' }
  @state() private over = false
  @state() private reading = false

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    if (this.step.kind === 'run') this.step.stop.abort()
  }

  async #read(file: File, guess?: Partial<CsvGuess>): Promise<void> {
    this.reading = true
    try {
      const preview = await engine().call('previewCsv', { file, ...(guess && { guess }) })
      this.step = { kind: 'look', file, preview }
    } catch (error) {
      const problem = failureSentence(error)
      this.step = this.step.kind === 'look' ? { ...this.step, problem } : { kind: 'choose', problem }
    } finally {
      this.reading = false
    }
  }

  async #import(file: File, preview: CsvPreview, { table, guess, first }: ImportWanted): Promise<void> {
    const stop = new AbortController()
    this.step = { kind: 'run', file, done: 0, total: first ?? preview.records, stop }
    try {
      const result = await engine().call(
        'importCsv',
        { space: this.space, file, table, guess, ...(first && { first }) },
        {
          signal: stop.signal,
          onProgress: (done, total) => {
            if (this.step.kind === 'run') this.step = { ...this.step, done, total }
          },
        },
      )
      this.step = { kind: 'done', file, result }
      announce(msg('Imported'))
    } catch (error) {
      this.step = {
        kind: 'look',
        file,
        preview: { ...preview, guess },
        ...(isCancelled(error) ? {} : { problem: failureSentence(error) }),
      }
    }
  }

  #dropped(event: DragEvent): void {
    event.preventDefault()
    this.over = false
    const file = event.dataTransfer?.files[0]
    if (file) void this.#read(file)
  }

  #choose(problem: string | undefined): TemplateResult {
    return html`<label class="drop ${this.over ? 'over' : ''}" @dragover=${(event: Event) => {
      event.preventDefault()
      this.over = true
    }} @dragleave=${() => {
      this.over = false
    }} @drop=${this.#dropped}>
        ${icon(fileUp)}<b>${msg('Choose a file, or drop it here')}</b>
        <span class="muted small">${msg('CSV or TSV, as spreadsheets and other apps save it. It is read on this device and goes nowhere.')}</span>
        <input type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" @change=${(event: Event) => {
          const input = event.target as HTMLInputElement
          const file = input.files?.[0]
          input.value = ''
          if (file) void this.#read(file)
        }}></label>
      ${problem ? html`<p class="note bad" role="alert">${icon(triangleAlert)}<span>${problem}</span></p>` : ''}`
  }

  #run({ file, done, total, stop }: Extract<Step, { kind: 'run' }>): TemplateResult {
    return html`<div class="running"><h2>${msg(str`Importing ${file.name}`)}</h2>
      <progress max=${total || 1} value=${done} aria-label=${msg('Records imported')}></progress>
      <p class="muted" role="status">${msg(str`${formatNumber(done)} of ${formatNumber(total)} records`)}</p>
      <button class="button" @click=${() => stop.abort()}>${msg('Cancel')}</button></div>`
  }

  #done({ result, file }: Extract<Step, { kind: 'done' }>): TemplateResult {
    return html`<div class="running"><span class="ok">${icon(circleCheck)}</span>
      <h2>${msg(str`${formatNumber(result.records)} records are here`)}</h2>
      <p class="muted">${result.unfit > 0 ? msg(str`${formatNumber(result.unfit)} cells did not fit their column’s type and were left empty.`) : msg(str`All of ${file.name} was kept.`)}</p>
      <div class="ways"><button class="button primary large" autofocus @click=${() => navigate({ kind: 'space', space: this.space, table: result.table })}>${msg('Open the table')}</button>
      <button class="button large" @click=${async () => {
        await undo(this.space)
        this.step = { kind: 'choose' }
      }}>${msg('Undo')}</button></div></div>`
  }

  #content(): TemplateResult {
    const { step } = this
    switch (step.kind) {
      case 'choose':
        return this.#choose(step.problem)
      case 'look':
        return html`<tessera-import-preview .fileName=${step.file.name} .preview=${step.preview} .problem=${step.problem} ?busy=${this.reading}
          @guess-changed=${(event: CustomEvent<Partial<CsvGuess>>) => this.#read(step.file, event.detail)}
          @import-wanted=${(event: ImportWanted) => this.#import(step.file, step.preview, event)}
          @leave=${() => {
            this.step = { kind: 'choose' }
          }}></tessera-import-preview>`
      case 'run':
        return this.#run(step)
      case 'done':
        return this.#done(step)
    }
  }

  override render() {
    return html`<tessera-space-frame .space=${this.space} place="import"><h1>${msg('Import a file')}</h1>${this.#content()}</tessera-space-frame>`
  }
}
