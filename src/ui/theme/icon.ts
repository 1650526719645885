import { html, type TemplateResult } from 'lit'
import { unsafeSVG } from 'lit/directives/unsafe-svg.js'

/** An icon. `svg` must be a file of lucide-static that is imported as text at build time, since it is not sanitised. */
export const icon = (svg: string): TemplateResult => html`<span class="icon" aria-hidden="true">${unsafeSVG(svg)}</span>`
