/** What a key means while the grid has the focus and no cell is edited. */
export type Intent =
  | { readonly kind: 'move'; readonly rows: number; readonly columns: number }
  | { readonly kind: 'go'; readonly row?: 'first' | 'last'; readonly column?: 'first' | 'last' }
  | { readonly kind: 'page'; readonly by: 1 | -1 }
  | { readonly kind: 'edit'; readonly typed?: string }
  | { readonly kind: 'tab'; readonly by: 1 | -1 }
  | { readonly kind: 'open' | 'clear' | 'copy' | 'menu' | 'escape' | 'nothing' }

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const move = (rows: number, columns: number): Intent => ({ kind: 'move', rows, columns })

/** Maps a key to its meaning in a spreadsheet; undefined when the grid does not handle it. `forward` is 1, or -1 in right-to-left layouts. */
export const intentOf = ({ key, ctrlKey, metaKey, altKey, shiftKey }: Key, forward: 1 | -1 = 1): Intent | undefined => {
  const command = ctrlKey || metaKey
  if (altKey) return key === 'ArrowDown' ? { kind: 'menu' } : undefined
  switch (key) {
    case 'ArrowDown':
      return command ? { kind: 'go', row: 'last' } : move(1, 0)
    case 'ArrowUp':
      return command ? { kind: 'go', row: 'first' } : move(-1, 0)
    case 'ArrowRight':
    case 'ArrowLeft': {
      const on = key === 'ArrowRight' ? forward : -forward
      return command ? { kind: 'go', column: on > 0 ? 'last' : 'first' } : move(0, on)
    }
    case 'Home':
      return command ? { kind: 'go', row: 'first', column: 'first' } : { kind: 'go', column: 'first' }
    case 'End':
      return command ? { kind: 'go', row: 'last', column: 'last' } : { kind: 'go', column: 'last' }
    case 'PageDown':
      return { kind: 'page', by: 1 }
    case 'PageUp':
      return { kind: 'page', by: -1 }
    case 'Tab':
      return command ? undefined : { kind: 'tab', by: shiftKey ? -1 : 1 }
    case 'Escape':
      return { kind: 'escape' }
    case 'Enter':
    case 'F2':
      return command ? { kind: 'open' } : { kind: 'edit' }
    case ' ':
      return command ? undefined : { kind: 'open' }
    case 'Delete':
    case 'Backspace':
      return command ? undefined : { kind: 'clear' }
    case 'ContextMenu':
      return { kind: 'menu' }
    case 'F10':
      return shiftKey ? { kind: 'menu' } : undefined
    case 'c':
      if (command) return { kind: 'copy' }
      break
    case 'a':
      // Keeps the browser from selecting the page.
      if (command) return { kind: 'nothing' }
  }
  return !command && [...key].length === 1 ? { kind: 'edit', typed: key } : undefined
}
