import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** For the owner only: what is exported is readable, and other users of the machine were not asked. */
const FILE_MODE = 0o600
/** The same for a folder of exported files. */
export const FOLDER_MODE = 0o700

/** Makes a file; on the disk when this resolves. @throws when something has that name */
export const writeDurably = async (path: string, content: Blob): Promise<void> => {
  const file = await open(path, 'wx', FILE_MODE)
  try {
    await file.writeFile(new Uint8Array(await content.arrayBuffer()))
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The name under which something is written before it has its own. */
export const unfinishedName = (target: string): string => `${target}.unfinished-${process.pid}`

/** Makes a file that is whole as soon as it has its name, and after a power cut too; one that had the name is replaced. */
export const writeWhole = async (path: string, content: Blob): Promise<void> => {
  const unfinished = unfinishedName(path)
  try {
    await writeDurably(unfinished, content)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
  const folder = await open(dirname(path))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
