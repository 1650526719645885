import { type Ancestry, ancestryOver } from '../ancestry/ancestry.ts'
import type { KnownAncestry } from '../ancestry/document-ancestry.ts'
import type { IsAncestor } from '../operations/check-operations.ts'
import type { OrderedChange } from './ports.ts'

/** Numbers the changes of a batch after those of the document, so that ancestry can be looked up. */
export class NumberedChanges {
  readonly #known: KnownAncestry
  readonly #ancestry: Ancestry<string>
  /** Changes that are not among the known ones. */
  readonly #numbers = new Map<string, number>()

  constructor(known: KnownAncestry) {
    this.#known = known
    this.#ancestry = ancestryOver(known.ancestry)
  }

  has(hash: string): boolean {
    return this.#numbers.has(hash)
  }

  /** @returns whether the change builds on the previous one of its actor */
  add({ hash, head }: OrderedChange): boolean {
    const { actor, dependencies, startOperation, operations } = head
    return this.#add(hash, actor, startOperation, startOperation + operations - 1, dependencies)
  }

  /** Tells whether an operation was made by the change that was added last or by an ancestor of it. */
  isAncestorOfLast(): IsAncestor {
    const last = this.#ancestry.size - 1
    return (actor, counter) => {
      const made = this.#ancestry.find(actor, counter)
      return made !== undefined && this.#ancestry.isIn(made, last)
    }
  }

  #add(hash: string, actor: string, first: number, last: number, dependencies: readonly string[]): boolean {
    if (dependencies.some((each) => this.#numberOf(each) === undefined)) this.#addApplied()
    const parents = dependencies.map((each) => this.#numberOf(each) ?? 0)
    this.#numbers.set(hash, this.#ancestry.size)
    return this.#ancestry.add({ actor, first, last, parents })
  }

  /** Adds the changes that were applied to the document since this batch began. */
  #addApplied(): void {
    for (const { hash, actor, startOp, maxOp, deps } of this.#known.since())
      if (!this.#numbers.has(hash)) this.#add(hash, actor, startOp, maxOp, deps)
  }

  #numberOf(hash: string): number | undefined {
    return this.#numbers.get(hash) ?? this.#known.numberOf(hash)
  }
}
