import { BOUNDED, BOUNDED_PREFIX } from '../sqlite/bounded-functions.ts'

/** A piece of a statement. */
interface Token {
  readonly text: string
  readonly kind: 'space' | 'word' | 'quoted' | 'other'
}

/** Every alternative ends, and none is tried twice: the time grows with the length alone. */
const TOKEN =
  /(\s+|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?)|([\w$\u0080-\uffff]+)|("(?:[^"]|"")*"?)|'(?:[^']|'')*'?|`(?:[^`]|``)*`?|\[[^\]]*\]?|[\s\S]/gy

/** The pieces of a statement, which make it up again. */
export const sqlTokens = (sql: string): Token[] =>
  [...sql.matchAll(TOKEN)].map(([text, space, word, quoted]) => ({
    text,
    kind: space !== undefined ? 'space' : word !== undefined ? 'word' : quoted !== undefined ? 'quoted' : 'other',
  }))

const nameOf = ({ text, kind }: Token): string | undefined =>
  kind === 'word' ? text.toLowerCase() : kind === 'quoted' ? text.replaceAll('"', '').toLowerCase() : undefined

/** The names before `AS (`, in lower case: those of common table expressions. */
export const commonTablesOf = (all: readonly Token[]): Set<string> => {
  const tokens = all.filter(({ kind }) => kind !== 'space')
  const names = new Set<string>()
  /** Where the last parenthesis opened. */
  let open = -1
  /** Where the parenthesis opened that the token before this one closes, when none stands within it. */
  let closed = -1
  const isWord = (at: number, word: string) => tokens[at]?.kind === 'word' && tokens[at]?.text.toLowerCase() === word
  for (const [at, { text }] of tokens.entries()) {
    if (isWord(at, 'as')) {
      const materialized = isWord(at + 1, 'not') ? at + 2 : at + 1
      const next = isWord(materialized, 'materialized') ? materialized + 1 : at + 1
      const before = tokens[(tokens[at - 1]?.text === ')' ? closed : at) - 1]
      const name = tokens[next]?.text === '(' && before ? nameOf(before) : undefined
      if (name !== undefined) names.add(name)
    }
    if (text === '(') open = at
    else if (text === ')') {
      closed = open
      open = -1
    }
  }
  return names
}

/** The statement with the functions in it that `bounded-functions.ts` has in the place of SQLite's. */
export const withBoundedCalls = (tokens: readonly Token[], commonTables: ReadonlySet<string>): string =>
  tokens
    .map((token, at) => {
      const name = nameOf(token)
      if (name === undefined || !BOUNDED.has(name) || commonTables.has(name)) return token.text
      let next = at + 1
      while (tokens[next]?.kind === 'space') next += 1
      return tokens[next]?.text === '(' ? `${BOUNDED_PREFIX}${name}` : token.text
    })
    .join('')
