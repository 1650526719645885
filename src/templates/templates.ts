import { SpaceError } from '../space/errors.ts'
import { MACHINE_INVENTORY } from './machine-inventory.ts'
import { OUTLINE } from './outline.ts'
import { PLURAL_SYSTEM } from './plural-system.ts'
import type { Template } from './template.ts'

const BLANK: Template = {
  id: 'blank',
  name: 'Blank',
  description: 'Nothing in it yet.',
  icon: '',
  colour: 1,
  tables: [],
}

export const TEMPLATES: readonly Template[] = [BLANK, PLURAL_SYSTEM, MACHINE_INVENTORY, OUTLINE]

/** @throws {SpaceError} `not-found`, listing the available templates */
export const templateOf = (id: string): Template => {
  const found = TEMPLATES.find((template) => template.id === id)
  if (found) return found
  throw new SpaceError(
    'not-found',
    `There is no template "${id}". There are ${TEMPLATES.map((template) => template.id).join(', ')}.`,
  )
}
