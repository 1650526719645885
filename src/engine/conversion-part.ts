import { previewConversion } from '../space/conversion.ts'
import type { EnginePart } from './documents.ts'
import { inSteps } from './in-steps.ts'
import { now } from './now.ts'
import { whileOpen } from './while-open.ts'

/** Tells before a field is changed what would become of its cells. */
export const conversionPart = (): EnginePart => {
  const { opened, follow } = whileOpen()
  return {
    calls: {
      async previewConversion({ space, field, edits }, { signal }) {
        const session = await opened().core.ready(space)
        return inSteps(previewConversion(session.space(), field, edits, now()), signal)
      },
    },
    watches: {},
    ...follow,
  }
}
