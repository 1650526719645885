import { readFile } from 'node:fs/promises'
import { messageOf } from '../engine/api/failure.ts'
import { CommandFailure, EXIT } from './failure.ts'

/** Opens a file named on the command line. @throws {CommandFailure} */
export const readGiven = async (path: string): Promise<Blob> => {
  try {
    return new Blob([new Uint8Array(await readFile(path))])
  } catch (error) {
    throw new CommandFailure(EXIT.failed, `The file ${path} cannot be read: ${messageOf(error)}`)
  }
}
