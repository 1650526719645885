import { failureSentence, isCancelled } from '../words/failure.ts'

/** A short message at the bottom of the page, with at most one action. */
export interface Message {
  readonly text: string
  readonly tone?: 'plain' | 'bad'
  readonly action?: { readonly label: string; readonly run: () => Promise<unknown> }
  /** Stays until it is closed, on every page. */
  readonly stays?: boolean
  /** Stays when the page that it was shown on is left. */
  readonly everywhere?: boolean
}

export const showMessage = (message: Message): void => {
  dispatchEvent(new CustomEvent('tessera-message', { detail: message }))
}

/** Runs `work` and shows a message when it fails. Resolves to its result, or undefined. */
export const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work()
  } catch (error) {
    if (isCancelled(error)) return undefined
    console.error(error)
    showMessage({ text: failureSentence(error), tone: 'bad' })
    return undefined
  }
}
