/** Splits bytes into lines of text without line ends; the last line may lack its end. */
export async function* linesOf(input: AsyncIterable<Uint8Array>, ending: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of untilEnding(input, ending)) {
    rest += decoder.decode(bytes, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (ending.aborted) return
      yield withoutReturn(line)
    }
  }
  if (ending.aborted) return
  rest += decoder.decode()
  if (rest !== '') yield withoutReturn(rest)
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** Closing the input on our side causes an error, which is ignored. */
async function* untilEnding(input: AsyncIterable<Uint8Array>, ending: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* input
  } catch (error) {
    if (!ending.aborted) throw error
  }
}
