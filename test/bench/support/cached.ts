import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** From the project's folder; ignored by git. */
const FOLDER = '.cache/bench'

/**
 * What is slow to make and the same in every run: made once, then read.
 * @param made names what it is made of; another one, another file
 */
export const cached = async (name: string, made: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> => {
  const file = join(FOLDER, `${name}-${createHash('sha256').update(made).digest('hex').slice(0, 16)}`)
  try {
    return await readFile(file)
  } catch {
    // Not made yet.
    const bytes = await make()
    await mkdir(FOLDER, { recursive: true })
    await writeFile(file, bytes)
    return bytes
  }
}
