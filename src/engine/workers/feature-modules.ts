import { archiveModule } from '../features/archive.ts'
import { conversionModule } from '../features/conversion.ts'
import { copyModule } from '../features/copy.ts'
import { exportModule } from '../features/export.ts'
import { historyModule } from '../features/history.ts'
import { importModule } from '../features/import.ts'
import { verifyModule } from '../features/verify.ts'
import type { EngineModule } from './engine-module.ts'

/** The modules of every engine; they need no network. */
export const featureModules = (): readonly EngineModule[] => [
  importModule(),
  historyModule(),
  exportModule(),
  conversionModule(),
  copyModule(),
  archiveModule(),
  verifyModule(),
]
