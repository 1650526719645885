import type { Field, FieldType } from '../../space/schema.ts'
import { fieldOf, type SpaceIndex } from '../index/space-index.ts'
import type { Compiling } from './compiling.ts'

/** How the values of a field are compared. */
export type Kind = 'text' | 'number' | 'checkbox' | 'date' | 'moment' | 'choice' | 'choices' | 'links' | 'tree' | 'files' | 'any'

const KINDS: Readonly<Record<Exclude<FieldType, 'rollup'>, Kind>> = {
  text: 'text',
  'long-text': 'text',
  number: 'number',
  checkbox: 'checkbox',
  date: 'date',
  'date-time': 'moment',
  duration: 'number',
  choice: 'choice',
  choices: 'choices',
  rating: 'number',
  colour: 'text',
  url: 'text',
  email: 'text',
  phone: 'text',
  file: 'files',
  link: 'links',
  tree: 'tree',
  lookup: 'text',
  formula: 'any',
  created: 'moment',
  changed: 'moment',
  'created-by': 'text',
  'changed-by': 'text',
  'auto-number': 'number',
}

export const kindOf = ({ index }: Pick<Compiling, 'index'>, field: Field): Kind => {
  if (field.type !== 'rollup') return KINDS[field.type]
  const of = ofField(index, field)
  switch (field.settings.rollup) {
    case 'list':
      return 'text'
    case 'min':
    case 'max':
      return of && of.type !== 'rollup' && KINDS[of.type] === 'number' ? 'number' : 'any'
    case 'earliest':
    case 'latest':
      return of && of.type !== 'rollup' && KINDS[of.type] === 'moment' ? 'moment' : 'date'
    default:
      return 'number'
  }
}

const ofField = (index: SpaceIndex, { settings }: Field): Field | undefined =>
  settings.of === undefined ? undefined : fieldOf(index, settings.of)
