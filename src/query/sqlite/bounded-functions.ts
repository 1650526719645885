import { spend } from './deadline.ts'
import type { Database } from './sqlite.ts'

/** Functions of SQLite whose cost is the product of their arguments' lengths. Formulas call bounded versions instead. */
export const BOUNDED: ReadonlySet<string> = new Set(['instr', 'replace', 'trim', 'ltrim', 'rtrim'])

/** The prefix of the bounded functions' names. */
export const BOUNDED_PREFIX = 'tessera_'

/** Maximum number of steps per call: a few tenths of a second in the worst case. */
const STEPS = 200_000_000
/** Maximum length of a result, in characters. */
const LONGEST = 4_000_000

type Argument = string | number | null | undefined

const bounded = (work: (...texts: string[]) => string | number) => {
  return (_: unknown, ...given: Argument[]): string | number | null => {
    if (given.some((each) => each === null || each === undefined)) return null
    return work(...given.map(String))
  }
}

const checkSteps = (one: string, other: string): void => {
  const steps = one.length * other.length
  if (steps > STEPS) throw new Error('the texts are too long to look for one in the other')
  spend(steps)
}

const trimmed = (from: 'both' | 'start' | 'end') =>
  bounded((text, characters = ' ') => {
    spend(text.length + characters.length)
    const gone = new Set(characters)
    const left = [...text]
    let [begin, end] = [0, left.length]
    while (from !== 'end' && begin < end && gone.has(left[begin] ?? '')) begin += 1
    while (from !== 'start' && end > begin && gone.has(left[end - 1] ?? '')) end -= 1
    return left.slice(begin, end).join('')
  })

/** Registers the functions. Call it first: views may use them. */
export const knowBounded = (database: Database): void => {
  const know = (name: string, arity: number, work: ReturnType<typeof bounded>) =>
    database.createFunction(`${BOUNDED_PREFIX}${name}`, work as never, { arity, deterministic: true })
  know(
    'instr',
    2,
    bounded((text, part) => {
      checkSteps(text, part)
      const at = text.indexOf(part)
      return at < 0 ? 0 : [...text.slice(0, at)].length + 1
    }),
  )
  know(
    'replace',
    3,
    bounded((text, part, by) => {
      if (part === '') return text
      checkSteps(text, part)
      const parts = text.split(part)
      if (text.length + parts.length * by.length > LONGEST) throw new Error('the text would become too long')
      return parts.join(by)
    }),
  )
  for (const arity of [1, 2]) {
    know('trim', arity, trimmed('both'))
    know('ltrim', arity, trimmed('start'))
    know('rtrim', arity, trimmed('end'))
  }
}
