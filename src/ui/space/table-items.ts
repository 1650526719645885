import { msg } from '@lit/localize'
import columns from 'lucide-static/icons/columns-3.svg?raw'
import pencil from 'lucide-static/icons/pencil.svg?raw'
import trash from 'lucide-static/icons/trash-2.svg?raw'
import type { OpenSpace, SpaceId, Table, TableId } from '../../engine/api/engine.ts'
import { newId } from '../../engine/api/new-id.ts'
import { commit } from '../commit.ts'
import { askName } from '../dialogs/ask-name.ts'
import { askField } from '../fields/dialog/field-dialog.ts'
import type { MenuItem } from '../parts/menu.ts'
import { navigate } from '../router.ts'
import { attempt } from '../shell/message.ts'
import { deleteWithUndo } from './delete-with-undo.ts'
import { undoItems } from './space-items.ts'

/** Asks for a name, creates a table with one field and shows it. Resolves to its id, or undefined when it is cancelled. */
export const addTable = async (space: SpaceId): Promise<TableId | undefined> => {
  const name = await askName({
    heading: msg('New table'),
    label: msg('Name'),
    action: msg('Create table'),
    hint: msg('For example Members, Machines or Books.'),
  })
  if (!name) return undefined
  const id = newId<TableId>()
  const made = await attempt(() =>
    commit(space, [{ do: 'create-table', id, name, fields: [{ name: msg('Name'), type: 'text' }] }]),
  )
  if (!made) return undefined
  navigate({ kind: 'space', space, table: id })
  return id
}

/** The menu of a table. */
export const tableItems = (space: SpaceId, open: OpenSpace, table: Table): readonly MenuItem[] => [
  ...undoItems(space, open),
  {
    label: msg('Add field…'),
    icon: columns,
    apart: true,
    run: () => askField({ space, tables: open.schema.tables, table: table.id }),
  },
  {
    label: msg('Rename table…'),
    icon: pencil,
    run: async () => {
      const name = await askName({ heading: msg('Rename table'), label: msg('Name'), action: msg('Rename'), value: table.name })
      if (name && name !== table.name) await commit(space, [{ do: 'update-table', table: table.id, name }])
    },
  },
  {
    label: msg('Move table to trash'),
    icon: trash,
    danger: true,
    run: async () => {
      if (await deleteWithUndo(space, { table: table.id }, table.name)) navigate({ kind: 'space', space })
    },
  },
]
