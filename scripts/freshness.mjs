import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const modified = (file) => statSync(file).mtimeMs

/** Milliseconds since 1970 of the newest change in files and folders; missing ones count as oldest. */
export const newest = (paths) =>
  Math.max(
    0,
    ...paths
      .filter((path) => existsSync(path))
      .map((path) => {
        if (!statSync(path).isDirectory()) return modified(path)
        // The modification time of a folder reflects removed files.
        return Math.max(modified(path), newest(readdirSync(path).map((name) => join(path, name))))
      }),
  )

/** Whether `made` does not exist or is older than any of its sources. */
export const isStale = (made, from) => !existsSync(made) || modified(made) < newest(from)
