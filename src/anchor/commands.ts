import type { Command } from './command.ts'
import { commit } from './commands/commit.ts'
import { newSpace } from './commands/new-space.ts'
import { schema } from './commands/schema.ts'
import { spaces } from './commands/spaces.ts'

/** Every command over a profile that exists, by what is typed. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  spaces,
  'new-space': newSpace,
  schema,
  commit,
}
