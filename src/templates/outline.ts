import type { Template } from './template.ts'

/** For outliners: one tree of notes, with texts, tags and dates. */
export const OUTLINE: Template = {
  id: 'outline',
  name: 'Outline',
  description: 'A tree of notes with long texts, tags and dates.',
  icon: '🌿',
  colour: 4,
  tables: [
    {
      name: 'Notes',
      icon: '📝',
      fields: [
        { name: 'Title', type: 'text' },
        { name: 'Below', type: 'tree' },
        { name: 'Text', type: 'long-text' },
        {
          name: 'State',
          type: 'choice',
          options: [
            { name: 'To do', colour: 2 },
            { name: 'Under way', colour: 6 },
            { name: 'Done', colour: 4 },
          ],
        },
        { name: 'Date', type: 'date' },
        {
          name: 'Tags',
          type: 'choices',
          options: [
            { name: 'Idea', colour: 3 },
            { name: 'Question', colour: 7 },
            { name: 'Important', colour: 1 },
          ],
        },
        { name: 'Related', type: 'link', target: 'Notes', many: true, twoWay: { name: 'Related from' } },
        { name: 'Address', type: 'url' },
        { name: 'Files', type: 'file' },
        { name: 'Made', type: 'created' },
        { name: 'Changed', type: 'changed' },
      ],
      views: [
        { name: 'Outline', kind: 'outline', hide: ['Made', 'Changed', 'Related from'] },
        {
          name: 'To do',
          kind: 'list',
          filter: { all: [{ field: 'State', op: 'is any of', value: ['To do', 'Under way'] }] },
          sort: [{ field: 'Date' }],
        },
        { name: 'Dates', kind: 'calendar', filter: { all: [{ field: 'Date', op: 'is not empty' }] }, sort: [{ field: 'Date' }] },
        { name: 'Newest', kind: 'grid', sort: [{ field: 'Changed', descending: true }] },
      ],
    },
  ],
}
