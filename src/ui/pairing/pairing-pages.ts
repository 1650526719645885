// The two sides of pairing are loaded together: two scans need both.
import './enter-code.ts'
import './show-code.ts'
