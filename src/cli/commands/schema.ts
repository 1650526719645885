import type { Command } from '../command.ts'
import { findSpace } from '../find-space.ts'
import { printSchema } from '../print-schema.ts'

export const schema: Command = {
  takes: ['SPACE'],
  options: ['json'],
  does: 'prints the tables and fields of a space as JSON',
  run: async ({ engine, console, given: [meant = ''] }) => printSchema(engine, console, await findSpace(engine, meant)),
}
