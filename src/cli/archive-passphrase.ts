import { CommandFailure, EXIT } from './failure.ts'

/** Reads the passphrase of an archive from the environment. @throws {CommandFailure} */
export const archivePassphrase = (environment: Readonly<Record<string, string | undefined>>): string => {
  const { TESSERA_ARCHIVE_PASSPHRASE: passphrase } = environment
  if (passphrase) return passphrase
  throw new CommandFailure(
    EXIT.passphrase,
    'The passphrase of the archive is missing. Set the environment variable TESSERA_ARCHIVE_PASSPHRASE.',
  )
}
