/** The file system operations of the file store. Tests use an implementation in memory that simulates power cuts. */

/** Identifies a file and its state. */
export interface FileState {
  /** The same for one file under all its names, and unique on this machine. */
  readonly id: string
  readonly size: number
}

export interface OpenFile {
  state(): Promise<FileState>
  /** Reads bytes at `position`; fewer than `length` at the end of the file. */
  read(length: number, position: number): Promise<Uint8Array>
  /** Writes all bytes or throws. */
  write(bytes: Uint8Array, position: number): Promise<void>
  truncate(size: number): Promise<void>
  /** Written bytes survive a power cut once this resolves. */
  fsync(): Promise<void>
  close(): Promise<void>
}

/** Errors are the system's own, with a `code` such as `ENOSPC`. */
export interface FileLayer {
  /** Creates the folder and its parents durably. */
  makeFolder(folder: string): Promise<void>
  /** Opens an existing file; undefined if there is none. */
  open(path: string): Promise<OpenFile | undefined>
  /** The state of the file that has this name now; undefined if there is none. */
  stateOf(path: string): Promise<FileState | undefined>
  /** Creates a file. @throws if it exists */
  create(path: string): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  /** Removes a file; does nothing if it does not exist. */
  unlink(path: string): Promise<void>
  /** Created, renamed and removed files survive a power cut once this resolves. */
  fsyncFolder(folder: string): Promise<void>
  /**
   * Locks the folder for this process.
   * @param takeOver also from a process that is not visible from here, such as one in another container
   * @returns a function that releases the lock
   * @throws {VaultError} `in-use` if another process has locked it
   */
  lock(folder: string, takeOver: boolean): Promise<() => Promise<void>>
}
