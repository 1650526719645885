/** What a store in files asks of the system below. Tests bring one in memory that forgets as a power cut does. */

/** What tells a file from another, and from what it was. */
export interface FileState {
  /** The same for one file under every name; another one for every other file on this machine. */
  readonly id: string
  readonly size: number
}

export interface OpenFile {
  state(): Promise<FileState>
  /** The bytes from `position` on; fewer than `length` where the file ends. */
  read(length: number, position: number): Promise<Uint8Array>
  /** All of the bytes, or it throws. */
  write(bytes: Uint8Array, position: number): Promise<void>
  truncate(size: number): Promise<void>
  /** What was written survives a power cut, once this resolves. */
  fsync(): Promise<void>
  close(): Promise<void>
}

/** Errors are the system's own, with its `code`: `ENOSPC` when there is no room. */
export interface FileLayer {
  /** Makes the folder and those above it, and keeps them through a power cut. */
  makeFolder(folder: string): Promise<void>
  /** An existing file; undefined when there is none. */
  open(path: string): Promise<OpenFile | undefined>
  /** Of the file that has this name now; undefined when there is none. */
  stateOf(path: string): Promise<FileState | undefined>
  /** A new file. @throws when there is one */
  create(path: string): Promise<OpenFile>
  rename(from: string, to: string): Promise<void>
  /** Removes a file; nothing happens when there is none. */
  unlink(path: string): Promise<void>
  /** Files made, renamed and removed in it stay so through a power cut, once this resolves. */
  fsyncFolder(folder: string): Promise<void>
  /**
   * Takes the folder for this process alone.
   * @param takeOver from a process too that cannot be seen from here, such as one in another container
   * @returns what gives it free again
   * @throws {VaultError} `in-use` when another process has it
   */
  lock(folder: string, takeOver: boolean): Promise<() => Promise<void>>
}
