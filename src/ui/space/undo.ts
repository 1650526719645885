import { msg, str } from '@lit/localize'
import type { ReactiveController } from 'lit'
import type { SpaceId } from '../../engine/engine.ts'
import { engine } from '../engine.ts'
import { attempt, showMessage } from '../shell/message.ts'

/** Takes back the newest own step, and says what could not be. */
export const undo = (space: SpaceId): Promise<void> => step(space, 'undo')

/** Does again what was taken back. */
export const redo = (space: SpaceId): Promise<void> => step(space, 'redo')

const step = async (space: SpaceId, way: 'undo' | 'redo'): Promise<void> => {
  await attempt(async () => {
    const { done, kept } = await engine().call(way, { space })
    if (!done) showMessage({ text: way === 'undo' ? msg('There is nothing to undo.') : msg('There is nothing to redo.') })
    else if (kept > 0) showMessage({ text: msg(str`Done. ${kept} cells stay as they are, because they were changed since.`) })
  })
}

/** Where Ctrl Z belongs to what is being typed. */
const isTyping = (event: Event): boolean => {
  const [target] = event.composedPath()
  return target instanceof HTMLInputElement ? target.type !== 'checkbox' : target instanceof HTMLTextAreaElement
}

/** Ctrl or Command with Z (and Y) anywhere on the page, for as long as the element stands. */
export class UndoKeys implements ReactiveController {
  constructor(private readonly space: () => SpaceId) {}

  hostConnected(): void {
    addEventListener('keydown', this.#pressed)
  }

  hostDisconnected(): void {
    removeEventListener('keydown', this.#pressed)
  }

  #pressed = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event)) return
    const key = event.key.toLowerCase()
    if (key !== 'z' && key !== 'y') return
    event.preventDefault()
    void (key === 'y' || event.shiftKey ? redo(this.space()) : undo(this.space()))
  }
}
