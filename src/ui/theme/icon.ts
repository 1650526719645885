import { html, type TemplateResult } from 'lit'
import { unsafeSVG } from 'lit/directives/unsafe-svg.js'

/** A picture from the bundled set. `svg` is a file of lucide imported as text at build time, never anything from outside. */
export const icon = (svg: string): TemplateResult => html`<span class="icon" aria-hidden="true">${unsafeSVG(svg)}</span>`
