import { BOUNDED, BOUNDED_PREFIX } from '../sqlite/bounded-functions.ts'

/** A token of a statement. */
interface Token {
  readonly text: string
  readonly kind: 'space' | 'word' | 'quoted' | 'other'
}

/** No alternative backtracks, so the time is linear in the length. */
const TOKEN =
  /(\s+|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?)|([\w$\u0080-\uffff]+)|("(?:[^"]|"")*"?)|'(?:[^']|'')*'?|`(?:[^`]|``)*`?|\[[^\]]*\]?|[\s\S]/gy

/** Splits a statement into tokens; joined, they are the statement again. */
export const sqlTokens = (sql: string): Token[] =>
  [...sql.matchAll(TOKEN)].map(([text, space, word, quoted]) => ({
    text,
    kind: space !== undefined ? 'space' : word !== undefined ? 'word' : quoted !== undefined ? 'quoted' : 'other',
  }))

const nameOf = ({ text, kind }: Token): string | undefined =>
  kind === 'word' ? text.toLowerCase() : kind === 'quoted' ? text.replaceAll('"', '').toLowerCase() : undefined

/** The names before `AS (` in lower case: the names of common table expressions. */
export const commonTablesOf = (all: readonly Token[]): Set<string> => {
  const tokens = all.filter(({ kind }) => kind !== 'space')
  const names = new Set<string>()
  /** The position of the last opening parenthesis. */
  let open = -1
  /** The position of the parenthesis that the previous token closes, if there is none nested in it. */
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

/** The statement with calls replaced by the bounded versions from `bounded-functions.ts`. */
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
