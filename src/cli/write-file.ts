import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Readable by the owner only: exports are not encrypted, and the machine may have other users. */
const FILE_MODE = 0o600
/** The same for a folder of exported files. */
export const FOLDER_MODE = 0o700

/** Creates a file and flushes it to disk. @throws if the name exists */
export const writeDurably = async (path: string, content: Blob): Promise<void> => {
  const file = await open(path, 'wx', FILE_MODE)
  try {
    await file.writeFile(new Uint8Array(await content.arrayBuffer()))
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The temporary name of a file until it is complete. */
export const unfinishedName = (target: string): string => `${target}.unfinished-${process.pid}`

/** Creates or replaces a file atomically: even after a power cut, a file of this name is complete. */
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
