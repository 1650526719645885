import { archivePart } from '../features/archive.ts'
import { conversionPart } from '../features/conversion.ts'
import { copyPart } from '../features/copy.ts'
import { exportPart } from '../features/export.ts'
import { historyPart } from '../features/history.ts'
import { importPart } from '../features/import.ts'
import { verifyPart } from '../features/verify.ts'
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
