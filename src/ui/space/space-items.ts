import { msg, str } from '@lit/localize'
import pencil from 'lucide-static/icons/pencil.svg?raw'
import redoIcon from 'lucide-static/icons/redo-2.svg?raw'
import trash from 'lucide-static/icons/trash-2.svg?raw'
import undoIcon from 'lucide-static/icons/undo-2.svg?raw'
import type { OpenSpace, SpaceId } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { askName } from '../dialogs/ask-name.ts'
import { engine } from '../engine.ts'
import type { MenuItem } from '../parts/menu.ts'
import { navigate } from '../router.ts'
import { showMessage } from '../shell/message.ts'
import { stepName } from '../words/step-name.ts'
import { redo, undo } from './undo.ts'

/** Undo and redo, with the names of their steps. */
export const undoItems = (space: SpaceId, open: OpenSpace): readonly MenuItem[] => [
  {
    label: open.undo ? msg(str`Undo: ${stepName(open.undo)}`) : msg('Undo'),
    icon: undoIcon,
    disabled: !open.undo,
    run: () => undo(space),
  },
  {
    label: open.redo ? msg(str`Redo: ${stepName(open.redo)}`) : msg('Redo'),
    icon: redoIcon,
    disabled: !open.redo,
    run: () => redo(space),
  },
]

/** The menu of a space. */
export const spaceItems = (space: SpaceId, open: OpenSpace): readonly MenuItem[] => {
  const { name } = open.schema
  return [
    ...undoItems(space, open),
    {
      label: msg('Rename space…'),
      icon: pencil,
      apart: true,
      run: async () => {
        const given = await askName({ heading: msg('Rename space'), label: msg('Name'), action: msg('Rename'), value: name })
        if (given && given !== name) await commit(space, [{ do: 'update-space', name: given }])
      },
    },
    {
      label: msg('Move space to trash'),
      icon: trash,
      danger: true,
      run: async () => {
        await engine().call('deleteSpace', { space })
        navigate({ kind: 'spaces' })
        showMessage({
          text: msg(str`“${name}” moved to the trash.`),
          action: { label: msg('Undo'), run: () => engine().call('restoreSpace', { space }) },
        })
      },
    },
  ]
}
