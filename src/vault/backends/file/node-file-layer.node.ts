import type { BigIntStats } from 'node:fs'
import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { FileLayer, FileState, OpenFile } from './file-layer.ts'
import { lockFolder } from './folder-lock.node.ts'
import { codeOf, missingIsFine } from './system-error.node.ts'

// What is inside is sealed, but when and how much is written is nobody else's business either.
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** Numbers of files have up to 64 bits, and some file systems use them all. */
const fileState = ({ dev, ino, size }: BigIntStats): FileState => ({ id: `${dev}:${ino}`, size: Number(size) })

const openFile = (handle: FileHandle): OpenFile => ({
  state: async () => fileState(await handle.stat({ bigint: true })),
  async read(length, position) {
    const bytes = new Uint8Array(length)
    for (let at = 0; at < length; ) {
      const { bytesRead } = await handle.read(bytes, at, length - at, position + at)
      if (bytesRead === 0) return bytes.subarray(0, at)
      at += bytesRead
    }
    return bytes
  },
  async write(bytes, position) {
    for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten
  },
  truncate: (size) => handle.truncate(size),
  // The size is kept by fdatasync too; times are not worth another write.
  fsync: () => handle.datasync(),
  close: () => handle.close(),
})

const fsyncFolder = async (folder: string): Promise<void> => {
  // Windows opens no folders; NTFS keeps a journal of entries itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some file systems know no fsync of folders; there is nothing more to ask of them.
    if (codeOf(error) !== 'EINVAL') throw error
  } finally {
    await handle.close()
  }
}

/** The disk. */
export const nodeFileLayer: FileLayer = {
  async makeFolder(folder) {
    const first = await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
    if (first === undefined) return
    const above = dirname(resolve(first))
    for (let each = dirname(resolve(folder)); ; each = dirname(each)) {
      await fsyncFolder(each)
      if (each === above) return
    }
  },
  async open(path) {
    const handle = await open(path, 'r+').catch(missingIsFine)
    return handle && openFile(handle)
  },
  async stateOf(path) {
    const stats = await stat(path, { bigint: true }).catch(missingIsFine)
    return stats && fileState(stats)
  },
  create: async (path) => openFile(await open(path, 'wx+', FILE_MODE)),
  rename,
  unlink: (path) => unlink(path).catch(missingIsFine),
  fsyncFolder,
  lock: lockFolder,
}
