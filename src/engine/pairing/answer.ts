/** Waits for what a person says. */
export interface Answer {
  readonly promise: Promise<boolean>
  readonly resolve: (match: boolean) => void
}

export const awaitAnswer = (): Answer => {
  let resolve: Answer['resolve'] = () => undefined
  const promise = new Promise<boolean>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
