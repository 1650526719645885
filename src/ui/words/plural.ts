import { formatNumber } from './numbers.ts'

/** The language that the texts of the interface are written in, whatever language the browser has. */
const RULES = new Intl.PluralRules('en')

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** The form of a text for a number of things: `plural(n, { one: msg('1 record'), other: msg(str`${formatNumber(n)} records`) })`. */
export const plural = (count: number, forms: Forms): string => forms[RULES.select(count)] ?? forms.other

const ROUNDED = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 })

/** An estimate: no more digits than are known, such as "35,000". */
export const formatEstimate = (count: number): string => (count < 100 ? formatNumber(count) : ROUNDED.format(count))
