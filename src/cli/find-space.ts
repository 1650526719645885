import type { SpaceId, SpaceSummary } from '../engine/api/engine.ts'
import { CommandFailure, EXIT } from './failure.ts'
import type { CommandLineEngine } from './start-engine.ts'

export const spacesOf = async (engine: CommandLineEngine): Promise<readonly SpaceSummary[]> =>
  (await engine.first('spaces', undefined)).filter(({ deleted }) => !deleted)

/** The space that is meant by an id, or by a name that only one has; letter case aside. @throws {CommandFailure} */
export const findSpace = async (engine: CommandLineEngine, meant: string): Promise<SpaceId> => {
  const spaces = await spacesOf(engine)
  const byId = spaces.find(({ id }) => id === meant)
  if (byId) return byId.id
  const wanted = meant.trim().toLowerCase()
  const named = spaces.filter(({ name }) => name.toLowerCase() === wanted)
  const exact = named.filter(({ name }) => name === meant)
  const [found, another] = exact.length > 0 ? exact : named
  if (!found)
    throw new CommandFailure(EXIT.failed, `There is no space "${meant}" here. "tessera spaces" lists those that there are.`)
  if (another) {
    const ids = named.map(({ id, name }) => `  ${id}  ${name}`).join('\n')
    throw new CommandFailure(EXIT.failed, `Several spaces are called "${meant}". Name the one that you mean by its id:\n${ids}`)
  }
  return found.id
}
