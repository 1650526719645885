const GAP = 4
const EDGE = 8

/** Positions an open popover: below its anchor if there is room, else above it, aligned with one of its edges, within the window. */
export const placePopup = (popup: HTMLElement, anchor: Element | DOMRect, side: 'start' | 'end' = 'start'): void => {
  const at = anchor instanceof Element ? anchor.getBoundingClientRect() : anchor
  const { offsetWidth: width, offsetHeight: height } = popup
  const below = innerHeight - at.bottom
  const top = below < height + GAP + EDGE && at.top > below ? at.top - height - GAP : at.bottom + GAP
  const rightToLeft = getComputedStyle(popup).direction === 'rtl'
  const [atLeft, atRight] = [at.left, at.right - width]
  const preferred = (side === 'start') === rightToLeft ? atRight : atLeft
  const fits = preferred >= EDGE && preferred + width <= innerWidth - EDGE
  const left = fits ? preferred : preferred === atLeft ? atRight : atLeft
  popup.style.insetBlockStart = `${clamp(top, EDGE, innerHeight - height - EDGE)}px`
  popup.style.left = `${clamp(left, EDGE, innerWidth - width - EDGE)}px`
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most))
