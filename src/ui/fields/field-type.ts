import { msg } from '@lit/localize'
import calendar from 'lucide-static/icons/calendar.svg?raw'
import hash from 'lucide-static/icons/hash.svg?raw'
import spline from 'lucide-static/icons/spline.svg?raw'
import squareCheck from 'lucide-static/icons/square-check.svg?raw'
import tag from 'lucide-static/icons/tag.svg?raw'
import letterText from 'lucide-static/icons/text.svg?raw'
import type { FieldType } from '../../engine/engine.ts'

interface Told {
  readonly label: string
  readonly hint: string
  readonly icon: string
  /** Pixels of a column at the usual text size. */
  readonly width: number
}

/** Every type of field, in the order in which they are offered. */
export const TYPES: readonly FieldType[] = ['text', 'number', 'checkbox', 'date', 'choice', 'link']

/** What a type of field is called, what it is for, and how it looks. */
export const fieldType = (type: FieldType): Told => {
  const told: Record<FieldType, Told> = {
    text: { label: msg('Text'), hint: msg('A name, a sentence, a page.'), icon: letterText, width: 190 },
    number: { label: msg('Number'), hint: msg('A count, an amount, an age.'), icon: hash, width: 120 },
    checkbox: { label: msg('Checkbox'), hint: msg('Yes or not.'), icon: squareCheck, width: 120 },
    date: { label: msg('Date'), hint: msg('A day, or just a month or a year.'), icon: calendar, width: 140 },
    choice: { label: msg('Choice'), hint: msg('One of a few words, each with a colour.'), icon: tag, width: 160 },
    link: { label: msg('Link'), hint: msg('Records of this or another table.'), icon: spline, width: 220 },
  }
  return told[type]
}
