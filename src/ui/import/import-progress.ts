import { msg, str } from '@lit/localize'
import { countedRecords } from '../words/counted.ts'
import { formatNumber } from '../words/numbers.ts'
import { formatEstimate } from '../words/plural.ts'
import type { RunningImport } from './running-imports.ts'

/** The progress of an import: "12,000 of about 35,000 records". */
export const importProgress = ({ done, total, exact }: RunningImport): string =>
  exact
    ? msg(str`${formatNumber(done)} of ${countedRecords(total)}`)
    : msg(str`${formatNumber(done)} of about ${formatEstimate(total)} records`)
