/** Rows drawn beyond what is visible, each way, so that a flick shows no gap. */
const OVERSCAN = 8
/** Windows begin and end at multiples of this, so that scrolling by a few rows asks for nothing. */
const STEP = 50
/** The most that one window holds. */
const MOST = 500

export interface Stretch {
  readonly first: number
  /** Exclusive. */
  readonly end: number
}

/** The rows to draw: those visible at `top` in a view of `height` pixels, and some around. */
export const rowsToDraw = (top: number, height: number, rowHeight: number, total: number): Stretch => {
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN)
  const end = Math.min(total, Math.ceil((top + height) / rowHeight) + OVERSCAN)
  return { first: Math.min(first, Math.max(0, end)), end: Math.max(0, end) }
}

/** The window to ask for, so that `stretch` and what is likely next are in it. */
export const windowAround = ({ first, end }: Stretch): { readonly offset: number; readonly limit: number } => {
  const offset = Math.max(0, Math.floor(first / STEP - 1) * STEP)
  return { offset, limit: Math.min(MOST, Math.ceil((end - offset) / STEP + 1) * STEP) }
}
