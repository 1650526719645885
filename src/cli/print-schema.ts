import type { SpaceId } from '../engine/api/engine.ts'
import { type Console, printJson } from './console.ts'
import { EXIT, type Exit } from './failure.ts'
import type { CommandLineEngine } from './start-engine.ts'

/** Prints the tables and fields of a space as JSON. */
export const printSchema = async (engine: CommandLineEngine, console: Console, space: SpaceId): Promise<Exit> => {
  const { schema } = await engine.first('schema', { space }, ({ ready }) => ready)
  const { name, icon, colour, description, version, tables } = schema
  printJson(console, { id: space, name, icon, colour, description, version, tables })
  return EXIT.done
}
