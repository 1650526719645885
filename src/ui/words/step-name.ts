import { msg } from '@lit/localize'
import type { StepName } from '../../engine/engine.ts'

/** What a step did, to stand behind *Undo:* or *Redo:*. */
export const stepName = (step: StepName): string => {
  const names: Record<StepName, string> = {
    'update-space': msg('rename the space'),
    'create-table': msg('make a table'),
    'update-table': msg('rename a table'),
    'create-field': msg('add a field'),
    'update-field': msg('change a field'),
    'create-record': msg('add a record'),
    set: msg('edit a cell'),
    link: msg('add a link'),
    unlink: msg('remove a link'),
    delete: msg('move to trash'),
    restore: msg('put back'),
    import: msg('import'),
  }
  return names[step]
}
