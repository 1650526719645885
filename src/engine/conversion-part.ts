import { previewConversion } from '../space/conversion.ts'
import type { EnginePart } from './documents.ts'
import { now } from './now.ts'
import { turn } from './turn.ts'
import { whileOpen } from './while-open.ts'

/** Tells before a field is changed what would become of its cells. */
export const conversionPart = (): EnginePart => {
  const { opened, follow } = whileOpen()
  return {
    calls: {
      async previewConversion({ space, field, edits }, { signal }) {
        const session = await opened().core.ready(space)
        const looking = previewConversion(session.space(), field, edits, now())
        for (;;) {
          const { done, value } = looking.next()
          if (done) return value
          await turn()
          signal.throwIfAborted()
        }
      },
    },
    watches: {},
    ...follow,
  }
}
