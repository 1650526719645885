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

/** Fewer rows than this ahead of what is drawn, and the next window is asked for: before anybody sees a gap. */
const AHEAD = 50

export interface Asked {
  readonly offset: number
  readonly limit: number
}

/** The window to ask for, so that `stretch` and what is likely next are in it. */
export const windowAround = ({ first, end }: Stretch): Asked => {
  const offset = Math.max(0, Math.floor(first / STEP - 2) * STEP)
  return { offset, limit: Math.min(MOST, Math.ceil((end - offset) / STEP + 2) * STEP) }
}

/** Whether a window holds `stretch` and enough around it, of `total` rows. */
export const isEnough = ({ offset, limit }: Asked, { first, end }: Stretch, total: number): boolean =>
  first - Math.min(AHEAD, first) >= offset && Math.min(total, end + AHEAD) <= offset + limit
