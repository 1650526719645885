import { msg } from '@lit/localize'
import { css, html, LitElement, nothing } from 'lit'
import { customElement, query, state } from 'lit/decorators.js'
import cameraOff from 'lucide-static/icons/camera-off.svg?raw'
import { controls } from '../theme/controls.ts'
import { icon } from '../theme/icon.ts'
import { makeQrReader, type ReadQr } from './read-qr.ts'

/** Milliseconds between two scans; a shorter interval heats phones. */
const SCAN_INTERVAL_MS = 150

/** The camera read a code. */
export class Scanned extends Event {
  constructor(readonly text: string) {
    super('scanned')
  }
}

/** Shows the camera's picture and reads codes from it; without a camera it shows what to do instead. Fires `Scanned`. */
@customElement('tessera-scanner')
export class Scanner extends LitElement {
  static override styles = [
    controls,
    css`
      :host { display: block }
      .view { position: relative; aspect-ratio: 1; border-radius: var(--radius-l); overflow: hidden; background: #000; display: grid; place-items: center }
      video { inline-size: 100%; block-size: 100%; object-fit: cover }
      .frame { position: absolute; inset: 14%; border-radius: 18px; box-shadow: 0 0 0 100vmax rgb(0 0 0 / .35); border: 2px solid #fff }
      .none { display: grid; justify-items: center; align-content: center; gap: 12px; padding: 32px; text-align: center; background: var(--sunken); border-radius: var(--radius-l); min-block-size: 220px }
      .none > .icon { color: var(--ink-3) }
      .none > .icon svg { inline-size: 34px; block-size: 34px; stroke-width: 1.4 }
    `,
  ]

  @state() private problem: string | undefined
  @query('video') private video!: HTMLVideoElement | null
  #stream: MediaStream | undefined
  #read: ReadQr | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    void this.#start()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#stop()
  }

  async #start(): Promise<void> {
    this.problem = undefined
    try {
      const { mediaDevices } = navigator as { mediaDevices?: MediaDevices }
      if (!mediaDevices) throw new DOMException('No camera may be used here.', 'NotFoundError')
      const stream = await mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      this.#stream = stream
      if (!this.isConnected) return this.#stop()
      this.#read = await makeQrReader()
      await this.updateComplete
      if (!this.video) return
      this.video.srcObject = stream
      await this.video.play()
      this.#scan()
    } catch (error) {
      // The page was left while the camera started.
      if (!this.isConnected) return
      console.error(error)
      this.#stop()
      this.problem = this.#sentence(error)
    }
  }

  #stop(): void {
    clearTimeout(this.#timer)
    for (const track of this.#stream?.getTracks() ?? []) track.stop()
    this.#stream = undefined
  }

  #scan(): void {
    this.#timer = setTimeout(async () => {
      if (!this.video || !this.#read) return
      try {
        const text = await this.#read(this.video)
        if (text && this.isConnected) return this.dispatchEvent(new Scanned(text))
        this.#scan()
      } catch (error) {
        console.error(error)
        this.#stop()
        this.problem = this.#sentence(error)
      }
    }, SCAN_INTERVAL_MS)
  }

  #sentence(error: unknown): string {
    const name = error instanceof DOMException ? error.name : ''
    if (name === 'NotAllowedError')
      return msg('Tessera may not use the camera. Allow it in the browser’s settings for this page, or paste the code instead.')
    if (name === 'NotFoundError' || name === 'OverconstrainedError')
      return msg('No camera found. On your other device choose “Copy link” or “Copy code”, and paste it here.')
    if (name === 'NotReadableError')
      return msg('Another app is using the camera. Close it and try again, or paste the code instead.')
    return msg('The camera does not work here. Paste the code instead.')
  }

  override render() {
    if (this.problem)
      return html`<div class="none" role="alert">${icon(cameraOff)}<p>${this.problem}</p><button class="button" @click=${this.#start}>${msg('Try the camera again')}</button></div>`
    return html`<div class="view"><video muted playsinline aria-label=${msg('Camera picture')}></video>${this.#stream ? html`<div class="frame"></div>` : nothing}</div>`
  }
}
