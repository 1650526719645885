import { archivePart } from './archive-part.ts'
import { conversionPart } from './conversion-part.ts'
import { copyPart } from './copy-part.ts'
import type { EnginePart } from './documents.ts'
import { exportPart } from './export-part.ts'
import { historyPart } from './history-part.ts'
import { importPart } from './import-part.ts'
import { verifyPart } from './verify-part.ts'

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
