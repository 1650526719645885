import wrtc from '@roamhq/wrtc'
import { acceptLinks } from './link.acceptance.ts'

acceptLinks('links in Node', wrtc.RTCPeerConnection)
