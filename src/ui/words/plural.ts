import { formatNumber } from './numbers.ts'

/** The interface is in English whatever the browser's language. */
const RULES = new Intl.PluralRules('en')

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }

/** The plural form for a count: `plural(n, { one: msg('1 record'), other: msg(str`${formatNumber(n)} records`) })`. */
export const plural = (count: number, forms: Forms): string => forms[RULES.select(count)] ?? forms.other

const ROUNDED = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 })

/** An estimated count, rounded to two significant digits: "35,000". */
export const formatEstimate = (count: number): string => (count < 100 ? formatNumber(count) : ROUNDED.format(count))
