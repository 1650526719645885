import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { acceptBackend } from './backend.acceptance.ts'
import { fileBackend } from './file-backend.node.ts'

const made: string[] = []
const aFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-store-'))
  made.push(folder)
  return join(folder, 'store')
}
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))))

acceptBackend('a backend in files', async () => {
  const folder = await aFolder()
  return { backend: await fileBackend(folder), again: () => fileBackend(folder) }
})
