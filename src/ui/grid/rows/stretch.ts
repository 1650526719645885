/** Rows drawn beyond the visible ones, each way, so that a flick shows no gap. */
const OVERSCAN = 8
/** Windows begin and end at multiples of this, so that scrolling by a few rows needs no new request. */
const STEP = 50
/** The engine's limit for one window. */
const MOST = 500
/** Rows loaded ahead of what is drawn: the next window is requested when fewer are left. */
const AHEAD = 50

export interface Stretch {
  readonly first: number
  /** Exclusive. */
  readonly end: number
}

/** Offset and limit of a window request. */
export interface Requested {
  readonly offset: number
  readonly limit: number
}

/** The rows to draw: those visible at `top` in a view of `height` pixels, and some around. */
export const rowsToDraw = (top: number, height: number, rowHeight: number, total: number): Stretch => {
  const first = Math.max(0, Math.floor(top / rowHeight) - OVERSCAN)
  const end = Math.min(total, Math.ceil((top + height) / rowHeight) + OVERSCAN)
  return { first: Math.min(first, Math.max(0, end)), end: Math.max(0, end) }
}

/**
 * The window for a view that jumps over rows: small, so that it is answered and rendered fast. `reach` is the number of rows that
 * the view is expected to move by until the answer is here, negative upwards; with 0 the window has exactly the rows to draw.
 */
export const windowAhead = ({ first, end }: Stretch, reach: number, total: number): Requested => {
  const near = Math.round(reach / 2)
  const far = Math.round(reach * 1.5)
  const offset = Math.max(0, Math.min(first + Math.min(near, far), total - (end - first)))
  const last = Math.max(offset + end - first, Math.min(end + Math.max(near, far), total))
  return { offset, limit: Math.min(MOST, last - offset) }
}

/** The window with the rows to draw and those that are likely to be scrolled to next. */
export const windowAround = ({ first, end }: Stretch): Requested => {
  const offset = Math.max(0, Math.floor(first / STEP - 2) * STEP)
  return { offset, limit: Math.min(MOST, Math.ceil((end - offset) / STEP + 2) * STEP) }
}

/** Whether a window holds all rows to draw. */
export const holds = ({ offset, limit }: Requested, { first, end }: Stretch): boolean => first >= offset && end <= offset + limit

/** Whether a window of `total` rows holds the rows to draw and enough around them. */
export const isEnough = (window: Requested, { first, end }: Stretch, total: number): boolean =>
  holds(window, { first: first - Math.min(AHEAD, first), end: Math.min(total, end + AHEAD) })
