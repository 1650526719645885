import { archivePart } from '../features/archive-part.ts'
import { conversionPart } from '../features/conversion-part.ts'
import { copyPart } from '../features/copy-part.ts'
import { exportPart } from '../features/export-part.ts'
import { historyPart } from '../features/history-part.ts'
import { importPart } from '../features/import-part.ts'
import { verifyPart } from '../features/verify-part.ts'
import type { EnginePart } from './documents.ts'

/** The parts that every engine has, wherever it runs: they need no network. */
export const standingParts = (): readonly EnginePart[] => [
  importPart(),
  historyPart(),
  exportPart(),
  conversionPart(),
  copyPart(),
  archivePart(),
  verifyPart(),
]
