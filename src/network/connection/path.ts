import type { Path } from '../link.ts'

interface CandidatePair {
  readonly type: string
  readonly id: string
  readonly state?: string
  readonly nominated?: boolean
  readonly localCandidateId?: string
  readonly remoteCandidateId?: string
  readonly selectedCandidatePairId?: string
  readonly candidateType?: string
}

/** Returns the current path of a connection, or undefined if no candidate pair is selected. */
export const pathOf = async (connection: RTCPeerConnection): Promise<Path | undefined> => {
  const stats = new Map<string, CandidatePair>()
  const report = await connection.getStats()
  report.forEach((entry: CandidatePair) => {
    stats.set(entry.id, entry)
  })
  const entries = [...stats.values()]
  const selected = entries.find(({ type }) => type === 'transport')?.selectedCandidatePairId
  const pair = selected
    ? stats.get(selected)
    : entries.find(({ type, state, nominated }) => type === 'candidate-pair' && state === 'succeeded' && nominated)
  if (!pair) return undefined
  const ends = [pair.localCandidateId, pair.remoteCandidateId].map((id) => (id ? stats.get(id)?.candidateType : undefined))
  return ends.includes('relay') ? 'relayed' : 'direct'
}
