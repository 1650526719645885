import type { BigIntStats } from 'node:fs'
import { type FileHandle, mkdir, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { FileLayer, FileState, OpenFile } from './file-layer.ts'
import { lockFolder } from './folder-lock.node.ts'
import { codeOf, missingIsFine } from './system-error.node.ts'

// The content is sealed, but other users should not see when and how much is written either.
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** File numbers have up to 64 bits, and some file systems use all of them. */
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
  // fdatasync also persists the size; persisting times is not worth another write.
  fsync: () => handle.datasync(),
  close: () => handle.close(),
})

const fsyncFolder = async (folder: string): Promise<void> => {
  // Windows cannot open folders; NTFS journals its entries itself.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Some file systems do not support fsync of folders.
    if (codeOf(error) !== 'EINVAL') throw error
  } finally {
    await handle.close()
  }
}

/** The real file system. */
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
