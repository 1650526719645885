import type { Page } from 'playwright-core'

/** Makes two profiles one person's. Both pages hold out their engine. */
export const pair = async (shower: Page, joiner: Page): Promise<void> => {
  await shower.evaluate(() => bench.engine.call('showCode', { manual: false }))
  const code = await shower.evaluate(async () => {
    const { value } = await bench.until('pairing', undefined, ({ kind }) => kind === 'code')
    return value.kind === 'code' ? value.text : ''
  })
  await joiner.evaluate((text) => bench.engine.call('enterCode', { text }), code)
  for (const page of [joiner, shower]) {
    await page.evaluate(async () => {
      const { value } = await bench.until('pairing', undefined, ({ kind }) => kind === 'words')
      await bench.engine.call('answerWords', { match: true, words: value.kind === 'words' ? value.words : [] })
    })
  }
}
