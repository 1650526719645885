import { msg, str } from '@lit/localize'
import { html, LitElement, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import fileUp from 'lucide-static/icons/file-up.svg?raw'
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw'
import type { CsvGuess, CsvPreview, SpaceId } from '../../engine/api/engine.ts'
import { engine } from '../engine.ts'
import { redrawOn } from '../redraw-on.ts'
import { navigate } from '../router.ts'
import { showMessage } from '../shell/message.ts'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { failureSentence, isCancelled } from '../words/failure.ts'
import { LOCALE } from '../words/numbers.ts'
import type { ImportWanted } from './import-preview.ts'
import { importProgress } from './import-progress.ts'
import { importStyles } from './import-styles.ts'
import { type RunningImport, runImport, runningImports } from './running-imports.ts'
import './import-preview.ts'
import '../space/space-frame.ts'

type Step =
  | { readonly kind: 'choose'; readonly problem?: string }
  | { readonly kind: 'preview'; readonly file: File; readonly preview: CsvPreview; readonly problem?: string }

/** Imports a CSV file as a table: choose the file, check the preview, then wait or leave the page. */
@customElement('tessera-import')
export class ImportPage extends LitElement {
  static override styles = [controls, importStyles]

  @property({ attribute: false }) space!: SpaceId
  @state() private step: Step = { kind: 'choose' }
  @state() private over = false
  @state() private reading = false

  constructor() {
    super()
    redrawOn(this, 'tessera-imports')
  }

  async #read(file: File, guess?: Partial<CsvGuess>): Promise<void> {
    this.reading = true
    try {
      const preview = await engine().call('previewCsv', {
        file,
        ...(guess && { guess }),
        ...(LOCALE.tag && { locale: LOCALE.tag }),
      })
      this.step = { kind: 'preview', file, preview }
    } catch (error) {
      const problem = failureSentence(error)
      this.step = this.step.kind === 'preview' ? { ...this.step, problem } : { kind: 'choose', problem }
    } finally {
      this.reading = false
    }
  }

  async #import(file: File, preview: CsvPreview, { table, guess, first }: ImportWanted): Promise<void> {
    const { space } = this
    const { records, exact } = preview
    this.step = { kind: 'choose' }
    try {
      const { table: made } = await runImport({ space, file, table, guess, first, records, exact })
      if (this.isConnected) navigate({ kind: 'space', space, table: made }, { replace: true })
    } catch (error) {
      const problem = isCancelled(error) ? undefined : failureSentence(error)
      if (this.isConnected) this.step = { kind: 'preview', file, preview: { ...preview, guess }, ...(problem && { problem }) }
      else if (problem) showMessage({ text: msg(str`“${file.name}” was not imported. ${problem}`), tone: 'bad', stays: true })
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
        <span class="muted small">${msg('CSV or TSV, exported from a spreadsheet or another app. The file never leaves this device.')}</span>
        <input type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" @change=${(event: Event) => {
          const input = event.target as HTMLInputElement
          const file = input.files?.[0]
          input.value = ''
          if (file) void this.#read(file)
        }}></label>
      ${problem ? html`<p class="note bad" role="alert">${icon(triangleAlert)}<span>${problem}</span></p>` : ''}`
  }

  #run(running: RunningImport): TemplateResult {
    const { fileName, done, total, cancel } = running
    return html`<div class="running"><h2>${msg(str`Importing ${fileName}`)}</h2>
      <progress max=${total || 1} value=${done} aria-label=${msg(str`Import of ${fileName}`)}></progress>
      <p class="muted" role="status">${importProgress(running)}</p>
      <p class="hint">${msg('You can leave this page; the import continues.')}</p>
      <button class="button" @click=${cancel}>${msg('Cancel')}</button></div>`
  }

  #content(): TemplateResult {
    const { step } = this
    const running = runningImports().find(({ space }) => space === this.space)
    if (running) return this.#run(running)
    switch (step.kind) {
      case 'choose':
        return this.#choose(step.problem)
      case 'preview':
        return html`<tessera-import-preview .fileName=${step.file.name} .preview=${step.preview} .problem=${step.problem} ?busy=${this.reading}
          @guess-changed=${(event: CustomEvent<Partial<CsvGuess>>) => this.#read(step.file, event.detail)}
          @import-wanted=${(event: ImportWanted) => this.#import(step.file, step.preview, event)}
          @leave=${() => {
            this.step = { kind: 'choose' }
          }}></tessera-import-preview>`
    }
  }

  override render() {
    return html`<tessera-space-frame .space=${this.space} place="import"><h1>${msg('Import a file')}</h1>${this.#content()}</tessera-space-frame>`
  }
}
