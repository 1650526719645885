/** Bytes as lines of text, without their ends; the last one needs none. */
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

/** An input that is closed from this side breaks off with an error, which is then none. */
async function* untilEnding(input: AsyncIterable<Uint8Array>, ending: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* input
  } catch (error) {
    if (!ending.aborted) throw error
  }
}
