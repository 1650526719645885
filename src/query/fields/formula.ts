import { QueryError } from '../errors.ts'
import { BOUNDED, BOUNDED_PREFIX } from '../sqlite/bounded-functions.ts'

/** Maximum length of a formula, in characters. */
export const FORMULA_LIMIT = 10_000
/** Maximum nesting of parentheses and `CASE`. */
const DEEPEST = 50

/** The functions that formulas may call: pure functions of SQLite whose results stay in proportion to their arguments. */
export const FORMULA_FUNCTIONS: ReadonlySet<string> = new Set(
  `abs acos asin atan atan2 ceil ceiling coalesce concat concat_ws cos date datetime degrees exp floor format glob ifnull iif instr
   julianday length like ln log log10 log2 lower ltrim max min mod nullif pi pow power printf radians replace round rtrim sign sin
   sqrt strftime substr substring tan time timediff trim trunc typeof unicode unixepoch upper`.split(/\s+/),
)

const KEYWORDS: ReadonlySet<string> = new Set(
  `and as between binary case cast collate distinct else end escape false from glob in integer is isnull like nocase not notnull
   null numeric or real rtrim text then true when`.split(/\s+/),
)

const TOKEN =
  /\s+|'(?:[^']|'')*'|\{([^{}]+)\}|(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-z_]\w*)(\s*\()?|(\(|\)|,)|(?:\|\||<<|>>|<=|>=|<>|!=|==|[-+*/%<>=&|~])/iy

interface Open {
  readonly called: string | undefined
  commas: number
  empty: boolean
}

const refuse = (message: string): never => {
  throw new QueryError('bad-formula', message)
}

/**
 * Compiles a formula to SQL, with every `{reference}` replaced by the result of `operand`. Only operators, values, references and
 * known pure functions are accepted; everything else is rejected by name.
 * @throws {QueryError} `bad-formula`
 */
export const compileFormula = (expression: string, operand: (reference: string) => string): string => {
  if (expression.length > FORMULA_LIMIT)
    refuse(`The formula has ${expression.length} characters; at most ${FORMULA_LIMIT} are possible.`)
  if (expression.trim() === '') refuse('The formula is empty.')
  const open: Open[] = []
  const parts: string[] = []
  let at = 0
  let cases = 0
  while (at < expression.length) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(expression)
    if (!found) return refuse(`The formula has an error at "${expression.slice(at, at + 20)}".`)
    const [text, reference, , word, called, bracket] = found
    // `--` and `/*` would start a comment.
    if (/^(--|\/\*)/.test(expression.slice(at)) && !text.startsWith("'")) refuse('A formula cannot contain comments.')
    if (text.includes('\0')) refuse('A formula cannot contain a NUL character.')
    at = TOKEN.lastIndex
    const around = open.at(-1)
    if (around && text.trim() !== '' && bracket !== ')') around.empty = false
    if (reference !== undefined) parts.push(`(${operand(reference.trim())})`)
    else if (word !== undefined) {
      const name = word.toLowerCase()
      if (called !== undefined && FORMULA_FUNCTIONS.has(name)) open.push({ called: name, commas: 0, empty: true })
      else if (!KEYWORDS.has(name))
        refuse(
          called === undefined
            ? `"${word}" is not known in a formula. Write a field in braces: {${word}}.`
            : `A formula cannot call "${word}".`,
        )
      else if (called !== undefined) open.push({ called: undefined, commas: 0, empty: false })
      cases += name === 'case' ? 1 : name === 'end' ? -1 : 0
      parts.push(called !== undefined && BOUNDED.has(name) ? `${BOUNDED_PREFIX}${text}` : text)
    } else {
      if (bracket === '(') open.push({ called: undefined, commas: 0, empty: false })
      else if (bracket === ',') {
        if (around) around.commas += 1
        else refuse('A formula has one value; there is an extra comma.')
      } else if (bracket === ')') {
        const closed = open.pop()
        if (!closed) return refuse('A closing parenthesis has no opening one.')
        // With one argument, these two would aggregate all records.
        if ((closed.called === 'min' || closed.called === 'max') && closed.commas === 0)
          refuse(`"${closed.called}" takes at least two values.`)
      }
      // SQLite divides integers without a fraction. The trailing space prevents two operators from forming a comment.
      parts.push(text === '/' ? '* 1.0 / ' : text)
    }
    if (open.length + cases > DEEPEST) refuse(`The formula is nested more than ${DEEPEST} deep.`)
  }
  if (open.length > 0) refuse('An opening parenthesis is not closed.')
  const sql = parts.join('')
  // Comment markers inside string literals are harmless; nothing outside of them may contain one.
  if (/--|\/\*|;/.test(sql.replaceAll(/'(?:[^']|'')*'/g, "''"))) refuse('A formula cannot contain comments.')
  return sql
}
