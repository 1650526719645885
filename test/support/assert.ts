export { assert as default } from 'vitest'
