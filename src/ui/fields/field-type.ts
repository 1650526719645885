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

interface Told {
  readonly label: string
  readonly hint: string
  readonly icon: string
  /** Pixels of a column at the usual text size. */
  readonly width: number
}

/** The types of field that can be made and edited here, in the order in which they are offered. */
export const TYPES = ['text', 'number', 'checkbox', 'date', 'choice', 'link'] as const satisfies readonly FieldType[]

/** Whether cells of a field are edited here; others are shown. */
export const isEditable = ({ type, unknownType }: Pick<Field, 'type' | 'unknownType'>): boolean =>
  unknownType === undefined && (TYPES as readonly FieldType[]).includes(type)

/** What a type of field is called, what it is for, and how it looks. */
export const fieldType = (type: FieldType): Told => {
  const told: Record<FieldType, Told> = {
    text: { label: msg('Text'), hint: msg('A name, a sentence, a page.'), icon: letterText, width: 190 },
    number: { label: msg('Number'), hint: msg('A count, an amount, an age.'), icon: hash, width: 120 },
    checkbox: { label: msg('Checkbox'), hint: msg('Yes or no.'), icon: squareCheck, width: 120 },
    date: { label: msg('Date'), hint: msg('A day, or just a month or a year.'), icon: calendar, width: 140 },
    choice: { label: msg('Choice'), hint: msg('One of a few words, each with a colour.'), icon: tag, width: 160 },
    link: { label: msg('Link'), hint: msg('Records of this or another table.'), icon: spline, width: 220 },
    'long-text': { label: msg('Long text'), hint: msg('Pages that several may write in at once.'), icon: textQuote, width: 260 },
    'date-time': { label: msg('Date and time'), hint: msg('A moment, with its time zone.'), icon: calendarClock, width: 200 },
    duration: { label: msg('Duration'), hint: msg('How long something took.'), icon: timer, width: 120 },
    choices: {
      label: msg('Several choices'),
      hint: msg('Any of a few words, each with a colour.'),
      icon: listChecks,
      width: 220,
    },
    rating: { label: msg('Rating'), hint: msg('A few stars.'), icon: star, width: 120 },
    colour: { label: msg('Colour'), hint: msg('A shade to tell things apart.'), icon: palette, width: 120 },
    url: { label: msg('Address'), hint: msg('A page on the web.'), icon: linkIcon, width: 200 },
    email: { label: msg('E-mail'), hint: msg('Where to write to.'), icon: atSign, width: 200 },
    phone: { label: msg('Phone'), hint: msg('A number to call.'), icon: phone, width: 160 },
    file: { label: msg('Files'), hint: msg('Pictures, papers, sounds.'), icon: paperclip, width: 200 },
    tree: { label: msg('Outline'), hint: msg('What stands below what.'), icon: network, width: 200 },
    lookup: { label: msg('Lookup'), hint: msg('What the linked records say.'), icon: searchCheck, width: 190 },
    rollup: { label: msg('Rollup'), hint: msg('Linked records, counted or summed up.'), icon: sigma, width: 140 },
    formula: { label: msg('Formula'), hint: msg('Worked out from other fields.'), icon: squareFunction, width: 160 },
    created: { label: msg('Made'), hint: msg('When the record was made.'), icon: calendarPlus, width: 180 },
    changed: { label: msg('Changed'), hint: msg('When the record was changed last.'), icon: calendarSync, width: 180 },
    'created-by': { label: msg('Made by'), hint: msg('Who made the record.'), icon: userPlus, width: 160 },
    'changed-by': { label: msg('Changed by'), hint: msg('Who changed the record last.'), icon: userPen, width: 160 },
    'auto-number': { label: msg('Number of its own'), hint: msg('Counted up with every record.'), icon: listOrdered, width: 140 },
  }
  return told[type]
}
