import { expect } from 'vitest'
import type { NodeEngine } from './node-engine.ts'

const codeOf = async (engine: NodeEngine, step: 'offer' | 'answer') => {
  const state = await engine.until('pairing', undefined, (state) => state.kind === 'code' && state.step === step)
  return state.kind === 'code' ? state.text : ''
}

/** Confirms the words on both devices. */
const agree = async (one: NodeEngine, other: NodeEngine) => {
  const [mine, theirs] = await Promise.all(
    [one, other].map((engine) => engine.until('pairing', undefined, ({ kind }) => kind === 'words')),
  )
  expect(mine?.kind === 'words' && mine.words).toEqual(theirs?.kind === 'words' && theirs.words)
  await Promise.all(
    [one, other].map((engine) => engine.call('answerWords', { match: true, words: mine?.kind === 'words' ? mine.words : [] })),
  )
}

/** Pairs two engines as devices of one user. */
export const pair = async (laptop: NodeEngine, phone: NodeEngine) => {
  // With two codes: a code for the relay names a certificate, and WebRTC in Node cannot create one in advance.
  await laptop.call('showCode', { manual: true })
  await phone.call('enterCode', { text: await codeOf(laptop, 'offer') })
  await laptop.call('enterCode', { text: await codeOf(phone, 'answer') })
  await agree(laptop, phone)
  await Promise.all([laptop, phone].map((engine) => engine.until('pairing', undefined, ({ kind }) => kind === 'done')))
}
