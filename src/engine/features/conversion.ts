import { previewConversion } from '../../space/edits/conversion.ts'
import { whileOpen } from '../profile/while-open.ts'
import { inSteps } from '../scheduling/in-steps.ts'
import { now } from '../scheduling/now.ts'
import type { EnginePart } from '../workers/documents.ts'

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
