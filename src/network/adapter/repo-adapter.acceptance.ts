import { runNetworkAdapterTests } from '@automerge/automerge-repo/helpers/tests/network-adapter-tests.js'
import type { PeerConnectionConstructor } from '../connection/certificates.ts'
import { linkedPair } from '../testing/linked-pair.ts'
import { LinkNetworkAdapter } from './repo-adapter.ts'

/** automerge-repo's own acceptance suite, with three devices that are all linked to each other. */
export const acceptRepoAdapter = (title: string, RTCPeerConnection: PeerConnectionConstructor) =>
  runNetworkAdapterTests(async () => {
    const failed = (error: Error) => {
      throw error
    }
    const adapters = [new LinkNetworkAdapter(failed), new LinkNetworkAdapter(failed), new LinkNetworkAdapter(failed)] as const
    const [a, b, c] = adapters
    const pairs = [
      [a, b],
      [b, c],
      [c, a],
    ] as const
    const links = await Promise.all(
      pairs.map(async ([one, other]) => {
        const pair = linkedPair(RTCPeerConnection, { polite: { begin: false } })
        await Promise.all([pair.polite.opened(), pair.impolite.opened()])
        one.add(pair.polite)
        other.add(pair.impolite)
        return pair
      }),
    )
    return {
      adapters: [a, b, c],
      teardown: () => {
        for (const pair of links) pair.end()
      },
    }
  }, title)
