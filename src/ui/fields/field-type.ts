import { msg } from '@lit/localize'
import atSign from 'lucide-static/icons/at-sign.svg?raw'
import calendar from 'lucide-static/icons/calendar.svg?raw'
import calendarClock from 'lucide-static/icons/calendar-clock.svg?raw'
import calendarPlus from 'lucide-static/icons/calendar-plus.svg?raw'
import calendarSync from 'lucide-static/icons/calendar-sync.svg?raw'
import hash from 'lucide-static/icons/hash.svg?raw'
import linkIcon from 'lucide-static/icons/link.svg?raw'
import listChecks from 'lucide-static/icons/list-checks.svg?raw'
import listOrdered from 'lucide-static/icons/list-ordered.svg?raw'
import network from 'lucide-static/icons/network.svg?raw'
import palette from 'lucide-static/icons/palette.svg?raw'
import paperclip from 'lucide-static/icons/paperclip.svg?raw'
import phone from 'lucide-static/icons/phone.svg?raw'
import searchCheck from 'lucide-static/icons/search-check.svg?raw'
import sigma from 'lucide-static/icons/sigma.svg?raw'
import spline from 'lucide-static/icons/spline.svg?raw'
import squareCheck from 'lucide-static/icons/square-check.svg?raw'
import squareFunction from 'lucide-static/icons/square-function.svg?raw'
import star from 'lucide-static/icons/star.svg?raw'
import tag from 'lucide-static/icons/tag.svg?raw'
import letterText from 'lucide-static/icons/text.svg?raw'
import textQuote from 'lucide-static/icons/text-quote.svg?raw'
import timer from 'lucide-static/icons/timer.svg?raw'
import userPen from 'lucide-static/icons/user-pen.svg?raw'
import userPlus from 'lucide-static/icons/user-plus.svg?raw'
import type { Field, FieldType } from '../../engine/api/engine.ts'

interface TypeDetails {
  readonly label: string
  readonly hint: string
  readonly icon: string
  /** Pixels of a column at the usual text size. */
  readonly width: number
}

/** The types of field that can be created, by what they are for, in the order in which they are offered. */
export const typeGroups = (): readonly { readonly label: string; readonly types: readonly FieldType[] }[] => [
  { label: msg('Text and numbers'), types: ['text', 'long-text', 'number', 'checkbox', 'rating'] },
  { label: msg('Time'), types: ['date', 'date-time', 'duration'] },
  { label: msg('Choices and links'), types: ['choice', 'choices', 'link', 'tree'] },
  { label: msg('Contact'), types: ['url', 'email', 'phone', 'colour'] },
  { label: msg('Calculated'), types: ['formula', 'lookup', 'rollup'] },
  { label: msg('Filled in by Tessera'), types: ['auto-number', 'created', 'changed', 'created-by', 'changed-by'] },
]

const EDITABLE: ReadonlySet<FieldType> = new Set([
  'text',
  'long-text',
  'number',
  'checkbox',
  'rating',
  'date',
  'date-time',
  'duration',
  'choice',
  'choices',
  'link',
  'tree',
  'url',
  'email',
  'phone',
  'colour',
])

/** Whether cells of a field are edited; others are computed, or of a type that this version does not know. */
export const isEditable = ({ type, unknownType }: Pick<Field, 'type' | 'unknownType'>): boolean =>
  unknownType === undefined && EDITABLE.has(type)

const PICKED: ReadonlySet<FieldType> = new Set(['choice', 'choices', 'link', 'tree'])

/** Whether cells of a field are picked from a list, so that a text has to be looked up first. */
export const isPicked = ({ type }: Pick<Field, 'type'>): boolean => PICKED.has(type)

/** The name, description, icon and column width of a field type. */
export const fieldType = (type: FieldType): TypeDetails => {
  const details: Record<FieldType, TypeDetails> = {
    text: { label: msg('Text'), hint: msg('A name, a sentence, a page.'), icon: letterText, width: 190 },
    number: { label: msg('Number'), hint: msg('A count, an amount, an age.'), icon: hash, width: 120 },
    checkbox: { label: msg('Checkbox'), hint: msg('Yes or no.'), icon: squareCheck, width: 120 },
    date: { label: msg('Date'), hint: msg('A day, or just a month or a year.'), icon: calendar, width: 140 },
    choice: { label: msg('Choice'), hint: msg('One of several options.'), icon: tag, width: 160 },
    link: { label: msg('Link'), hint: msg('Records of this or another table.'), icon: spline, width: 220 },
    'long-text': {
      label: msg('Long text'),
      hint: msg('Pages that several people can write at once.'),
      icon: textQuote,
      width: 260,
    },
    'date-time': { label: msg('Date and time'), hint: msg('A moment, with its time zone.'), icon: calendarClock, width: 200 },
    duration: { label: msg('Duration'), hint: msg('How long something took.'), icon: timer, width: 120 },
    choices: {
      label: msg('Several choices'),
      hint: msg('Any of several options.'),
      icon: listChecks,
      width: 220,
    },
    rating: { label: msg('Rating'), hint: msg('A few stars.'), icon: star, width: 120 },
    colour: { label: msg('Colour'), hint: msg('A colour to tell things apart.'), icon: palette, width: 120 },
    url: { label: msg('Web address'), hint: msg('A page on the web.'), icon: linkIcon, width: 200 },
    email: { label: msg('E-mail'), hint: msg('An address to write to.'), icon: atSign, width: 200 },
    phone: { label: msg('Phone'), hint: msg('A number to call.'), icon: phone, width: 160 },
    file: { label: msg('Files'), hint: msg('Pictures, papers, sounds.'), icon: paperclip, width: 200 },
    tree: { label: msg('Outline'), hint: msg('Records below other records.'), icon: network, width: 200 },
    lookup: { label: msg('Lookup'), hint: msg('Values of the linked records.'), icon: searchCheck, width: 190 },
    rollup: { label: msg('Rollup'), hint: msg('Linked records, counted or summed.'), icon: sigma, width: 140 },
    formula: { label: msg('Formula'), hint: msg('Calculated from other fields.'), icon: squareFunction, width: 160 },
    created: { label: msg('Created'), hint: msg('When the record was created.'), icon: calendarPlus, width: 180 },
    changed: { label: msg('Changed'), hint: msg('When the record was last changed.'), icon: calendarSync, width: 180 },
    'created-by': { label: msg('Created by'), hint: msg('Who created the record.'), icon: userPlus, width: 160 },
    'changed-by': { label: msg('Changed by'), hint: msg('Who last changed the record.'), icon: userPen, width: 160 },
    'auto-number': { label: msg('Auto-number'), hint: msg('Increases with every record.'), icon: listOrdered, width: 140 },
  }
  return details[type]
}
