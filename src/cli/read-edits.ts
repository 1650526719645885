import type { Edit } from '../engine/api/engine.ts'
import { messageOf } from '../engine/api/failure.ts'

/** Why a line is not a valid transaction. */
export class LineError extends Error {
  override readonly name = 'LineError'

  constructor(
    readonly code: 'bad-json' | 'bad-edit',
    message: string,
  ) {
    super(message)
  }
}

/** The required text properties of each edit; the engine validates everything else. */
const NEEDED: Readonly<Record<Edit['do'], readonly string[]>> = {
  'update-space': [],
  'create-table': ['name'],
  'update-table': ['table'],
  'create-field': ['table', 'name', 'type'],
  'create-attribute': ['field', 'name', 'type'],
  'update-field': ['field'],
  'create-view': ['table', 'name', 'kind'],
  'update-view': ['view'],
  'create-record': ['table'],
  set: ['table', 'record', 'field'],
  add: ['table', 'record', 'field'],
  remove: ['table', 'record', 'field'],
  link: ['table', 'record', 'field', 'to'],
  unlink: ['table', 'record', 'field', 'to'],
  move: ['table', 'record'],
  splice: ['table', 'record', 'field', 'insert'],
  join: ['table', 'record', 'field'],
  delete: [],
  restore: [],
  purge: [],
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Parses one transaction: a line of JSON with one edit or an array of edits.
 * @throws {LineError}
 */
export const readEdits = (line: string): Edit[] => {
  const edits = [parse(line)].flat() as unknown[]
  if (edits.length === 0) throw new LineError('bad-edit', 'A line holds at least one edit.')
  for (const edit of edits) check(edit)
  return edits as Edit[]
}

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new LineError('bad-json', messageOf(error))
  }
}

const check = (edit: unknown): void => {
  if (!isObject(edit) || typeof edit.do !== 'string')
    throw new LineError('bad-edit', `An edit is an object such as {"do": "create-record", …}, got ${shown(edit)}.`)
  const needed = (NEEDED as Readonly<Record<string, readonly string[] | undefined>>)[edit.do]
  if (!needed) throw new LineError('bad-edit', `There is no edit "${edit.do}". There are ${Object.keys(NEEDED).join(', ')}.`)
  for (const key of needed)
    if (typeof edit[key] !== 'string')
      throw new LineError('bad-edit', `"${edit.do}" needs "${key}" as text, got ${shown(edit[key])}.`)
  if (edit.do === 'set' && edit.value === undefined)
    throw new LineError('bad-edit', '"set" needs "value"; null empties the cell.')
  if (edit.do === 'create-record' && edit.values !== undefined && !isObject(edit.values))
    throw new LineError('bad-edit', `"values" is an object of cells by field, got ${shown(edit.values)}.`)
  if (['delete', 'restore', 'purge'].includes(edit.do) && !isObject(edit.what))
    throw new LineError('bad-edit', `"${edit.do}" needs "what", such as {"table", "record"}, got ${shown(edit.what)}.`)
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 100)
