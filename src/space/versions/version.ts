import type { Handle, ObjectId } from '../automerge.ts'
import type { Containers } from '../containers.ts'
import { SpaceError } from '../errors.ts'
import { toScalar } from '../value-of.ts'
import { ANCHORS, type Anchor, anchoredVersions } from './anchors.ts'
import { compareVersions, parseVersion } from './semver.ts'

/** The version whose containers a space's first change makes. */
export const BASE = '0.2.0'

/** The version of the format that a program with these anchors writes; see `docs/formats/document.md`. */
export const formatOf = (anchors: readonly Anchor[]): string => anchors.at(-1)?.version ?? BASE

/** The version of the format that this program writes. */
export const FORMAT = formatOf(ANCHORS)

/** The key of the format container that the first change writes: the version the document began with. */
export const BASE_KEY = 'name'

/** The version of the format that a document has: the one it began with, or the highest anchored change it holds. */
export const versionOf = (handle: Handle, { format }: Pick<Containers, 'format'>): string =>
  [baseOf(handle, format), ...anchoredVersions(handle, format)]
    .filter((version) => parseVersion(version))
    .reduce((highest, version) => (compareVersions(version, highest) > 0 ? version : highest), '0.0.0')

/** As the first change wrote it, whoever wrote over it later. */
const baseOf = (handle: Handle, format: ObjectId): string => {
  const creator = `@${format.slice(format.indexOf('@') + 1)}`
  const values = handle.getAll(format, BASE_KEY)
  const own = values.find((value) => String(value.at(-1)).endsWith(creator)) ?? values[0]
  return String(own === undefined ? '' : toScalar(own[1], own[0]))
}

/** Whether only a newer program can write in it: this one then shows it as far as it understands. */
export const isReadOnly = (version: string, own = FORMAT): boolean =>
  (parseVersion(version)?.major ?? 0) > (parseVersion(own)?.major ?? 0)

/** Whether a newer program has written what this one keeps and does not know: it then takes nothing away for good. */
export const isNewer = (version: string, own = FORMAT): boolean => compareVersions(version, own) > 0

/** @param own what the program writes; @throws {SpaceError} `newer-version` */
export const checkWritableVersion = (version: string, own: string): void => {
  if (isReadOnly(version, own)) {
    throw new SpaceError(
      'newer-version',
      `This space has the format ${version}; this program writes ${own}. It can be read here; to change it, update to a version that knows ${version}.`,
    )
  }
}

/** @throws {SpaceError} `newer-version` for what must not be done to a space that a newer program has written in */
export const checkKnownVersion = (version: string, own: string, what: string): void => {
  if (isNewer(version, own)) {
    throw new SpaceError(
      'newer-version',
      `This space has the format ${version}; this program knows ${own}, so it cannot ${what}: it could lose what it does not know. Update first.`,
    )
  }
}
