import { msg, str } from '@lit/localize'
import type { Deletable, SpaceId } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { attempt, showMessage } from '../shell/message.ts'

/** Moves something to the trash and offers to undo it. Resolves to whether it was moved. */
export const deleteWithUndo = async (space: SpaceId, what: Deletable, name: string): Promise<boolean> => {
  const done = await attempt(() => commit(space, [{ do: 'delete', what }]))
  if (!done) return false
  showMessage({
    text: name ? msg(str`“${name}” moved to the trash.`) : msg('Moved to the trash.'),
    action: { label: msg('Undo'), run: () => commit(space, [{ do: 'restore', what }]) },
  })
  return true
}
