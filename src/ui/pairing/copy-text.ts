import { msg } from '@lit/localize'
import { attempt, showMessage } from '../shell/message.ts'

/** Copies a code and confirms it with a message. */
export const copyText = async (text: string): Promise<void> => {
  const done = await attempt(async () => {
    await navigator.clipboard.writeText(text)
    return true
  })
  if (done) showMessage({ text: msg('Copied. It works once, until the time shown runs out.') })
}
