import type { Command } from './command.ts'
import { archive } from './commands/archive.ts'
import { commit } from './commands/commit.ts'
import { copy } from './commands/copy.ts'
import { exportSpace } from './commands/export.ts'
import { history } from './commands/history.ts'
import { importFile } from './commands/import.ts'
import { look } from './commands/look.ts'
import { newSpace } from './commands/new-space.ts'
import { at, query } from './commands/query.ts'
import { schema } from './commands/schema.ts'
import { spaces } from './commands/spaces.ts'
import { verify } from './commands/verify.ts'

/** The commands that need an existing profile, by name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  spaces,
  'new-space': newSpace,
  copy,
  schema,
  import: importFile,
  commit,
  query,
  at,
  history,
  export: exportSpace,
  archive,
  look,
  verify,
}
