import '@automerge/automerge'
import { acceptRepoAdapter } from './repo-adapter.acceptance.ts'

acceptRepoAdapter('WebRTC links in Chromium', RTCPeerConnection)
