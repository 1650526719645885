import { previewConversion } from '../../space/edits/conversion.ts'
import { whileOpen } from '../profile/while-open.ts'
import { unixSeconds } from '../scheduling/clock.ts'
import { inSteps } from '../scheduling/in-steps.ts'
import type { EngineModule } from '../workers/engine-module.ts'

/** Previews what a change of a field would do to its cells. */
export const conversionModule = (): EngineModule => {
  const { opened, follow } = whileOpen()
  return {
    calls: {
      async previewConversion({ space, field, edits }, { signal }) {
        const session = await opened().core.ready(space)
        return inSteps(previewConversion(session.space(), field, edits, unixSeconds()), signal)
      },
    },
    watches: {},
    ...follow,
  }
}
