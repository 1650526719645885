// Both sides of pairing are loaded together, since pairing with two scans needs both.
import './enter-code.ts'
import './show-code.ts'
