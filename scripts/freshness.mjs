import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const modified = (file) => statSync(file).mtimeMs

/** Milliseconds since 1970 of the newest change in files and folders; those that do not exist count as never. */
export const newest = (paths) =>
  Math.max(
    0,
    ...paths
      .filter((path) => existsSync(path))
      .map((path) => {
        if (!statSync(path).isDirectory()) return modified(path)
        // A folder's own time tells of files that were taken away.
        return Math.max(modified(path), newest(readdirSync(path).map((name) => join(path, name))))
      }),
  )

/** Whether `made` does not exist, or is older than anything that it is made of. */
export const isStale = (made, from) => !existsSync(made) || modified(made) < newest(from)
