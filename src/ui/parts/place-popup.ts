const GAP = 4
const EDGE = 8

/** Positions an open popover: below its anchor if there is room, else above it, and always within the window. */
export const placePopup = (popup: HTMLElement, anchor: Element | DOMRect, side: 'start' | 'end' = 'start'): void => {
  const at = anchor instanceof Element ? anchor.getBoundingClientRect() : anchor
  const { offsetWidth: width, offsetHeight: height } = popup
  const below = innerHeight - at.bottom
  const top = below < height + GAP + EDGE && at.top > below ? at.top - height - GAP : at.bottom + GAP
  const rightToLeft = getComputedStyle(popup).direction === 'rtl'
  const left = (side === 'start') === rightToLeft ? at.right - width : at.left
  popup.style.insetBlockStart = `${clamp(top, EDGE, innerHeight - height - EDGE)}px`
  popup.style.left = `${clamp(left, EDGE, innerWidth - width - EDGE)}px`
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most))
