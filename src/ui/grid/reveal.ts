import type { Place } from './place.ts'

/** Scrolls a cell into view beside the sticky heads and columns, which scrollIntoView ignores. */
export const reveal = (root: ParentNode, scroller: HTMLElement, { row, column }: Place, rowHeight: number): void => {
  const head = root.querySelector<HTMLElement>('.head')?.offsetHeight ?? 0
  if (row >= 0) {
    const top = row * rowHeight
    const least = top + rowHeight + head - scroller.clientHeight
    if (top < scroller.scrollTop) scroller.scrollTop = top
    else if (least > scroller.scrollTop) scroller.scrollTop = least
  }
  const cell = root.querySelector<HTMLElement>(`#head-${column}`)
  const stuck = root.querySelector<HTMLElement>('.head .name')
  if (!cell || cell === stuck) return
  const view = scroller.getBoundingClientRect()
  const [box, edge] = [cell.getBoundingClientRect(), stuck?.getBoundingClientRect()]
  const rightToLeft = getComputedStyle(scroller).direction === 'rtl'
  const [least, most] = rightToLeft ? [view.left, edge?.left ?? view.right] : [edge?.right ?? view.left, view.right]
  if (box.left < least) scroller.scrollLeft -= least - box.left
  else if (box.right > most) scroller.scrollLeft += Math.min(box.right - most, box.left - least)
}
