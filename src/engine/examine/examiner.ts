import { GateError } from '../../sync/errors.ts'
import { messageOf } from '../api/failure.ts'
import { type Clock, systemClock, within } from '../scheduling/clock.ts'
import { type ExaminationName, type Examinations, type Examine, examineHere } from './examination.ts'

/** A question to a disposable worker. */
export type ToExaminer = {
  readonly [Name in ExaminationName]: { readonly name: Name; readonly question: Examinations[Name]['question'] }
}[ExaminationName]

export type FromExaminer =
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly code: GateError['code']; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string }

/** The needed subset of `Worker`. In Node it wraps a worker thread. */
export interface ExaminerThread {
  onmessage: ((event: MessageEvent<FromExaminer>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
  postMessage(message: ToExaminer): void
  terminate(): void
}

/**
 * The time limit of an examination in milliseconds; `TIME_A_MIB` is added for each MiB. 35,000 records (2 MiB) take 1.5 s on a
 * laptop; phones are eight times slower.
 */
const TIME_LIMIT = 20_000
const TIME_A_MIB = 10_000

/** The number of workers at a time: each loads its own Automerge, and phones have little memory. */
const AT_A_TIME = 2

/** Milliseconds that a worker started by `prepare` waits for a document. */
const SPARE_FOR = 30_000

export interface Examiner {
  /** Examines each document in a worker of its own, which is terminated afterwards. */
  readonly examine: Examine
  /** Starts a worker in advance when a document is expected: starting one takes as long as loading a small document. */
  prepare(): void
}

export const examiner = (start: () => ExaminerThread, clock: Clock = systemClock): Examiner => {
  let free = AT_A_TIME
  const waiting: (() => void)[] = []
  let spare: { readonly thread: ExaminerThread; readonly cancel: () => void } | undefined

  const takeSpare = (): ExaminerThread | undefined => {
    const thread = spare?.thread
    spare?.cancel()
    spare = undefined
    return thread
  }

  const prepare = () => {
    if (spare) return
    const thread = start()
    const drop = () => {
      if (spare?.thread === thread) takeSpare()?.terminate()
    }
    thread.onerror = drop
    spare = { thread, cancel: clock.after(SPARE_FOR, drop) }
  }

  /** Waits until another examination has ended. @throws the signal's reason */
  const room = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const abort = () => {
        waiting.splice(waiting.indexOf(proceed), 1)
        reject(signal?.reason)
      }
      const proceed = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      signal?.addEventListener('abort', abort, { once: true })
      waiting.push(proceed)
    })

  const examine: Examine = async (name, question, signal) => {
    signal?.throwIfAborted()
    if (free === 0) await room(signal)
    else free -= 1
    try {
      return await askThread(takeSpare() ?? start(), { name, question } as ToExaminer, clock, signal)
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }

  return { examine, prepare }
}

const askThread = async <Answer>(
  thread: ExaminerThread,
  message: ToExaminer,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<Answer> => {
  const limit = TIME_LIMIT + (sizeOf(message) / 2 ** 20) * TIME_A_MIB
  let abort: () => void = () => undefined
  const answer = new Promise<Answer>((resolve, reject) => {
    abort = () => reject(signal?.reason)
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    thread.onerror = ({ message }) => reject(new Error(`The worker that examines documents failed: ${message}`))
    thread.onmessage = ({ data }) => {
      if (data.kind === 'answer') resolve(data.answer as Answer)
      else reject(data.kind === 'refused' ? new GateError(data.code, data.message) : new Error(data.message))
    }
    thread.postMessage(message)
  })
  const late = () => new GateError('too-slow', `Examining a document took more than ${Math.round(limit / 1000)} seconds.`)
  try {
    return await within(clock, limit, answer, late)
  } finally {
    signal?.removeEventListener('abort', abort)
    thread.terminate()
  }
}

const sizeOf = ({ question }: ToExaminer): number => {
  if ('bytes' in question) return question.bytes.length
  const parts =
    'columns' in question
      ? [...question.columns.ofOperations.values()].map(({ data }) => data)
      : question.changes.map(([, bytes]) => bytes)
  return parts.reduce((sum, { length }) => sum + length, 0)
}

/** Answers a question inside the disposable worker. */
export const answerExaminer = async ({ name, question }: ToExaminer): Promise<FromExaminer> => {
  try {
    return { kind: 'answer', answer: await examineHere(name, question) }
  } catch (error) {
    if (error instanceof GateError) return { kind: 'refused', code: error.code, message: error.message }
    return { kind: 'failed', message: messageOf(error) }
  }
}
