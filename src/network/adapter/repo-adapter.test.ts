import wrtc from '@roamhq/wrtc'
import { acceptRepoAdapter } from './repo-adapter.acceptance.ts'

acceptRepoAdapter('WebRTC links in Node', wrtc.RTCPeerConnection)
