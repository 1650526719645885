import type { Handle, ObjectId } from '../automerge.ts'
import type { Containers } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import { toScalar } from '../value-of.ts'
import { MIGRATIONS, type Migration, migratedVersions } from './migrations.ts'
import { compareVersions, parseVersion } from './semver.ts'

/** The version whose containers a space's first change makes. */
export const BASE = '0.2.0'

/** The version of the format that a program with these migrations writes; see `docs/formats/document.md`. */
export const formatOf = (migrations: readonly Migration[]): string => migrations.at(-1)?.version ?? BASE

/** The version of the format that this program writes. */
export const FORMAT = formatOf(MIGRATIONS)

/** The key in the format container for the base version, written by the first change. */
export const BASE_KEY = 'name'

/** The version of the format that a document has: its base version, or that of its highest migration change. */
export const versionOf = (handle: Handle, { format }: Pick<Containers, 'format'>): string =>
  [baseOf(handle, format), ...migratedVersions(handle, format)]
    .filter((version) => parseVersion(version))
    .reduce((highest, version) => (compareVersions(version, highest) > 0 ? version : highest), '0.0.0')

/** The value by the first change's author, even if another device overwrote it. */
const baseOf = (handle: Handle, format: ObjectId): string => {
  const creator = `@${format.slice(format.indexOf('@') + 1)}`
  const values = handle.getAll(format, BASE_KEY)
  const own = values.find((value) => String(value.at(-1)).endsWith(creator)) ?? values[0]
  return String(own === undefined ? '' : toScalar(own[1], own[0]))
}

/** Whether only a newer program can write to it. This one shows what it understands. */
export const isReadOnly = (version: string, own = FORMAT): boolean =>
  (parseVersion(version)?.major ?? 0) > (parseVersion(own)?.major ?? 0)

/** Whether a newer program wrote data that this one keeps but does not understand. It must then delete nothing for good. */
export const isNewer = (version: string, own = FORMAT): boolean => compareVersions(version, own) > 0

/** @param own the version that this program writes; @throws {SpaceError} `newer-version` */
export const checkWritableVersion = (version: string, own: string): void => {
  if (isReadOnly(version, own)) {
    throw new SpaceError(
      'newer-version',
      `This space has the format ${version}; this program writes ${own}. It can be read here; to change it, update to a version that knows ${version}.`,
    )
  }
}

/** @throws {SpaceError} `newer-version` when a newer program wrote to the space */
export const checkKnownVersion = (version: string, own: string, what: string): void => {
  if (isNewer(version, own)) {
    throw new SpaceError(
      'newer-version',
      `This space has the format ${version}; this program knows ${own}, so it cannot ${what}: data of the newer version could get lost. Update first.`,
    )
  }
}
