import { msg, str } from '@lit/localize'
import { formatNumber } from './numbers.ts'
import { plural } from './plural.ts'

export const countedRecords = (count: number): string =>
  plural(count, { one: msg('1 record'), other: msg(str`${formatNumber(count)} records`) })

export const countedFields = (count: number): string =>
  plural(count, { one: msg('1 field'), other: msg(str`${formatNumber(count)} fields`) })

export const countedColumns = (count: number): string =>
  plural(count, { one: msg('1 column'), other: msg(str`${formatNumber(count)} columns`) })
