import { msg, str } from '@lit/localize'
import type { ReactiveController } from 'lit'
import type { SpaceId } from '../../engine/api/engine.ts'
import { engine } from '../engine.ts'
import { attempt, showMessage } from '../shell/message.ts'
import { formatNumber } from '../words/numbers.ts'
import { plural } from '../words/plural.ts'
import { stepName } from '../words/step-name.ts'

/** Undoes the newest own step; a message names it and what could not be undone. */
export const undo = (space: SpaceId): Promise<void> => step(space, 'undo')

/** Redoes the newest undone step. */
export const redo = (space: SpaceId): Promise<void> => step(space, 'redo')

const step = async (space: SpaceId, way: 'undo' | 'redo'): Promise<void> => {
  await attempt(async () => {
    const { done, what, kept } = await engine().call(way, { space })
    if (!what) return showMessage({ text: way === 'undo' ? nothingToUndo() : msg('There is nothing to redo.') })
    const name = stepName(what)
    if (!done) return showMessage({ text: msg(str`Not undone (${name}): it was changed since.`) })
    const text = way === 'undo' ? msg(str`Undone: ${name}.`) : msg(str`Redone: ${name}.`)
    const rest = kept === 0 ? '' : ` ${stays(kept)}`
    const back = way === 'undo' ? { label: msg('Redo'), run: () => redo(space) } : { label: msg('Undo'), run: () => undo(space) }
    showMessage({ text: text + rest, action: back })
  })
}

/** The undo stack is in the engine's memory. */
const nothingToUndo = (): string =>
  msg('There is nothing to undo. Undo covers what you did since Tessera was opened or reloaded.')

const stays = (kept: number): string =>
  plural(kept, {
    one: msg('1 cell was changed since and stays as it is.'),
    other: msg(str`${formatNumber(kept)} cells were changed since and stay as they are.`),
  })

/** Whether Ctrl Z belongs to a text field. */
const isTyping = (event: Event): boolean => {
  const [target] = event.composedPath()
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  // The grid's hidden textarea has the focus while no cell is edited.
  return target instanceof HTMLTextAreaElement && target.dataset.shortcuts === undefined
}

/** Handles Ctrl or Command with Z and Y on the whole page while the element is connected. */
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
