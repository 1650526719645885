import { newActor } from '../../people/device-keys.ts'
import { commitAlone } from '../../space/answer-lookups.ts'
import { foldState } from '../../space/fold/fold-history.ts'
import { changesAt, pastSpace } from '../../space/history/past.ts'
import { countRecords } from '../../space/read-records.ts'
import { adoptSpace, closeSpace, type Space } from '../../space/space.ts'
import { checkName } from '../../space/value.ts'
import { notReady } from '../api/failure.ts'
import type { CallContext } from '../api/rpc.ts'
import type { MakeDocument } from '../profile/founding.ts'
import { whileOpen } from '../profile/while-open.ts'
import { unixSeconds } from '../scheduling/clock.ts'
import { inSteps } from '../scheduling/in-steps.ts'
import type { SpaceSession } from '../spaces/space-session.ts'
import type { EngineModule } from '../workers/engine-module.ts'

/** Values per change of a copy. After each change, a fraction of a second, other events are handled. */
const COPY_OPERATIONS = 20_000

/** Copies spaces without their history. */
export const copyModule = (): EngineModule => {
  const { opened, follow } = whileOpen()
  return {
    calls: {
      async copySpace({ space, name }, context) {
        const { profile, core } = opened()
        checkName(name, 'a space')
        const session = await core.ready(space)
        if (!session.arrived) throw notReady()
        return { space: await profile.createSpace(context.id, name, copyOf(session, name, context)) }
      },
    },
    watches: {},
    ...follow,
  }
}

/** The current state of a space, under another name: see `foldState`. */
const copyOf =
  (session: SpaceSession, name: string, { signal, progress }: CallContext): MakeDocument =>
  async (actor) => {
    const source = await snapshotOf(session)
    const total = countRecords(source)
    const steps = foldState(source, { actor, what: 'copy', seconds: unixSeconds(), operations: COPY_OPERATIONS })
    try {
      const { resident, first } = await inSteps(steps, signal, (written) => progress(written, total))
      const space = adoptSpace(resident, first, source.knows)
      commitAlone(space, [{ do: 'update-space', name }], unixSeconds())
      return { space, first }
    } finally {
      closeSpace(source)
    }
  }

/** A second document with the same content, which later edits do not change. */
const snapshotOf = async (session: SpaceSession): Promise<Space> => {
  const space = session.space()
  const { handle } = space.resident
  const heads = { heads: handle.getHeads() }
  return pastSpace(space, changesAt(handle, heads), session.membership.first, newActor(session.keys.sign.publicKey))
}
