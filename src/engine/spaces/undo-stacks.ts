import { type Committed, type Space, undoStep } from '../../space/space.ts'
import type { Step } from '../../space/steps.ts'
import type { StepName, UndoResult } from '../api/engine.ts'
import { unixSeconds } from '../scheduling/clock.ts'

/** What one undo reverts: one step, or the steps that a large edit was split into. */
type Steps = readonly Step[]

/** The maximum depth of the undo stack. */
const UNDO_LIMIT = 200

/** The undo and redo stacks of this device. */
export interface UndoStacks {
  /** What `undo` would revert. */
  readonly undoName: StepName | undefined
  /** What `redo` would repeat. */
  readonly redoName: StepName | undefined
  /** Pushes a new step and clears the redo stack. */
  remember(steps: Steps): void
  undo(): Promise<UndoResult>
  redo(): Promise<UndoResult>
  /** For a document that was loaded again: the steps do not apply to it. */
  clear(): void
}

/** @param write queues one change @param changed called after a step moved from one stack to the other */
export const undoStacks = (
  write: (work: (space: Space) => Committed | undefined) => Promise<Committed | undefined>,
  changed: () => void,
): UndoStacks => {
  let undone: Steps[] = []
  let done: Steps[] = []

  const push = (stack: Steps[], steps: Steps) => {
    if (steps.every(({ written }) => written.length === 0)) return
    stack.push(steps)
    if (stack.length > UNDO_LIMIT) stack.shift()
  }

  const takeBack = async (from: Steps[], to: Steps[]): Promise<UndoResult> => {
    const what = nameOf(from)
    const group = from.pop()
    if (!group) return { done: false, what: undefined, kept: 0 }
    let kept = 0
    const taken: Step[] = []
    for (const step of group.toReversed()) {
      const committed = await write((space) => {
        const taking = undoStep(space, step, unixSeconds())
        kept += taking.kept
        return taking.committed
      })
      if (committed) taken.push(committed.step)
    }
    push(to, taken)
    changed()
    return { done: taken.length > 0, what, kept }
  }

  return {
    get undoName() {
      return nameOf(done)
    },
    get redoName() {
      return nameOf(undone)
    },
    remember(steps) {
      push(done, steps)
      undone = []
    },
    undo: () => takeBack(done, undone),
    redo: () => takeBack(undone, done),
    clear() {
      done = []
      undone = []
    },
  }
}

const nameOf = (stack: readonly Steps[]): StepName | undefined => stack.at(-1)?.[0]?.what as StepName | undefined
