import { msg } from '@lit/localize'
import type { StepName } from '../../engine/api/engine.ts'

/** The name of a step, as shown after *Undo:* or *Redo:*. */
export const stepName = (step: StepName): string => {
  const names: Record<StepName, string> = {
    'update-space': msg('rename the space'),
    'create-table': msg('add a table'),
    'update-table': msg('rename a table'),
    'create-field': msg('add a field'),
    'update-field': msg('change a field'),
    'create-attribute': msg('add a field'),
    'create-view': msg('add a view'),
    'update-view': msg('change a view'),
    'create-record': msg('add a record'),
    add: msg('edit a cell'),
    remove: msg('edit a cell'),
    splice: msg('edit text'),
    join: msg('merge texts'),
    move: msg('move'),
    purge: msg('delete for good'),
    set: msg('edit a cell'),
    link: msg('add a link'),
    unlink: msg('remove a link'),
    delete: msg('move to trash'),
    restore: msg('restore'),
    import: msg('import'),
    'put-back': msg('restore'),
  }
  return names[step]
}
