/**
 * Spreadsheets run cells that begin with one of these as formulas, also when a file brings them. A `'` in front makes them text.
 * Full-width signs count too, because some spreadsheets convert them. Further `'` in between are part of the text; they are guarded too, so that removing one `'` always gives the original.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^'*[=+\-@＝＋－＠\t\r\n]/
const GUARDED = /^'+[=+\-@＝＋－＠\t\r\n]/

/** The text, with a `'` in front if a spreadsheet would run it. */
export const guardFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

export const isGuarded = (text: string): boolean => GUARDED.test(text)

/** The text without the `'` that `guardFormula` added. */
export const unguardFormula = (text: string): string => (isGuarded(text) ? text.slice(1) : text)
