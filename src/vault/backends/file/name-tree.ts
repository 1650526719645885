import type { Name } from '../backend.ts'

interface Branch<Value> {
  value: Value | undefined
  below: Map<string, Branch<Value>> | undefined
}

/** A map from names to values with fast lookup by prefix. */
export interface NameTree<Value> {
  get(name: Name): Value | undefined
  /** @returns the previous value */
  set(name: Name, value: Value | undefined): Value | undefined
  under(prefix: Name): (readonly [name: Name, value: Value])[]
}

const textOf = (part: Uint8Array): string => {
  let text = ''
  for (const byte of part) text += String.fromCharCode(byte)
  return text
}

const partOf = (text: string): Uint8Array => {
  const part = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) part[at] = text.charCodeAt(at)
  return part
}

export const nameTree = <Value>(): NameTree<Value> => {
  const root: Branch<Value> = { value: undefined, below: undefined }

  const find = (name: Name): Branch<Value> | undefined => {
    let branch: Branch<Value> | undefined = root
    for (const part of name) branch = branch?.below?.get(textOf(part))
    return branch
  }

  const grow = (name: Name): Branch<Value> => {
    let branch = root
    for (const part of name) {
      const text = textOf(part)
      branch.below ??= new Map()
      const next = branch.below.get(text) ?? { value: undefined, below: undefined }
      branch.below.set(text, next)
      branch = next
    }
    return branch
  }

  /** Removes a value and all branches that become empty. */
  const prune = (branch: Branch<Value>, name: Name, depth: number): Value | undefined => {
    const part = name[depth]
    if (!part) {
      const { value } = branch
      branch.value = undefined
      return value
    }
    const text = textOf(part)
    const next = branch.below?.get(text)
    if (!next) return undefined
    const value = prune(next, name, depth + 1)
    if (next.value === undefined && !next.below?.size) branch.below?.delete(text)
    return value
  }

  const gather = (branch: Branch<Value>, name: Name, found: (readonly [Name, Value])[]): void => {
    if (branch.value !== undefined) found.push([name, branch.value])
    for (const [text, next] of branch.below ?? []) gather(next, [...name, partOf(text)], found)
  }

  return {
    get: (name) => find(name)?.value,
    set(name, value) {
      if (value === undefined) return prune(root, name, 0)
      const branch = grow(name)
      const before = branch.value
      branch.value = value
      return before
    },
    under(prefix) {
      const found: (readonly [Name, Value])[] = []
      const branch = find(prefix)
      if (branch) gather(branch, prefix.slice(), found)
      return found
    },
  }
}
