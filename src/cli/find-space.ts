import type { SpaceId, SpaceSummary } from '../engine/api/engine.ts'
import { CommandFailure, EXIT } from './failure.ts'
import type { CommandLineEngine } from './start-engine.ts'

export const spacesOf = async (engine: CommandLineEngine): Promise<readonly SpaceSummary[]> =>
  (await engine.first('spaces', undefined)).filter(({ deleted }) => !deleted)

/** Finds a space by id, or by a unique name (ignoring case). @throws {CommandFailure} */
export const findSpace = async (engine: CommandLineEngine, meant: string): Promise<SpaceId> => {
  const spaces = await spacesOf(engine)
  const byId = spaces.find(({ id }) => id === meant)
  if (byId) return byId.id
  const wanted = meant.trim().toLowerCase()
  const named = spaces.filter(({ name }) => name.toLowerCase() === wanted)
  const exact = named.filter(({ name }) => name === meant)
  const [found, another] = exact.length > 0 ? exact : named
  if (!found) throw new CommandFailure(EXIT.failed, `There is no space "${meant}" here. To list the spaces, run: tessera spaces`)
  if (another) {
    const ids = named.map(({ id, name }) => `  ${id}  ${name}`).join('\n')
    throw new CommandFailure(EXIT.failed, `Several spaces are called "${meant}". Use its id:\n${ids}`)
  }
  return found.id
}
