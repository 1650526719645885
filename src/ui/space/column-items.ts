import { msg } from '@lit/localize'
import pencil from 'lucide-static/icons/pencil.svg?raw'
import settings from 'lucide-static/icons/settings-2.svg?raw'
import trash from 'lucide-static/icons/trash-2.svg?raw'
import type { Field, SpaceId, Table } from '../../engine/api/engine.ts'
import { commit } from '../commit.ts'
import { askName } from '../dialogs/ask-name.ts'
import { askField, nameTakenText } from '../fields/dialog/field-dialog.ts'
import { isNameTaken } from '../fields/dialog/field-edits.ts'
import { isEditable } from '../fields/field-type.ts'
import type { MenuItem } from '../parts/menu.ts'
import { deleteWithUndo } from './delete-with-undo.ts'

/** The menu of a column. */
export const columnItems = (space: SpaceId, tables: readonly Table[], field: Field): readonly MenuItem[] => [
  {
    label: msg('Rename…'),
    icon: pencil,
    run: async () => {
      const siblings = tables.find(({ id }) => id === field.table)?.fields ?? []
      const name = await askName({
        heading: msg('Rename column'),
        label: msg('Name'),
        action: msg('Rename'),
        value: field.name,
        warning: (typed) => (isNameTaken(siblings, typed, field.id) ? nameTakenText(typed) : undefined),
      })
      if (name && name !== field.name) await commit(space, [{ do: 'update-field', field: field.id, name }])
    },
  },
  ...(!isEditable(field)
    ? []
    : [{ label: msg('Type and choices…'), icon: settings, run: () => askField({ space, tables, table: field.table, field }) }]),
  {
    label: msg('Move to trash'),
    icon: trash,
    danger: true,
    apart: true,
    run: () => deleteWithUndo(space, { field: field.id }, field.name),
  },
]
