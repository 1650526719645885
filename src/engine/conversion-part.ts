import { previewConversion } from '../space/conversion.ts'
import type { Core, EnginePart } from './documents.ts'
import { EngineFailure } from './failure.ts'
import { now } from './now.ts'
import { turn } from './turn.ts'

/** Tells before a field is changed what would become of its cells. */
export const conversionPart = (): EnginePart => {
  let core: Core | undefined
  return {
    calls: {
      async previewConversion({ space, field, edits }, { signal }) {
        if (!core) throw new EngineFailure('locked', 'Tessera is locked. Unlock it first.')
        const session = await core.ready(space)
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
    profileOpened(_, given) {
      core = given
    },
    spaceOpened() {},
    spaceChanged() {},
    async ended() {
      core = undefined
    },
  }
}
