/** What the news say. Pure. */
import { fieldName } from 'kith-client/react'
import type { ContactNews, News, PersonNews } from './news.js'

/** "Bo changed 2 contacts", "Bo and Chiara changed 5 contacts". */
export const headline = ({ people }: News): string => {
  const [first, second, ...others] = people
  if (!first) return ''
  if (!second) return personWords(first)
  const rest = others.length === 0 ? second.name : `${others.length + 1} others`
  const ids = people.flatMap(({ contacts, more }) => [
    ...contacts.map(({ contactId }) => contactId),
    ...more,
  ])
  return `${first.name} and ${rest} changed ${counted(new Set(ids).size, 'contact')}`
}

/** "Bo added 1 contact, changed 2 and deleted 1". */
export const personWords = ({ name, contacts, more }: PersonNews): string => {
  const of = (what: ContactNews['what']): number =>
    contacts.filter((one) => one.what === what).length
  const parts = [
    { did: 'added', count: of('created') },
    { did: 'changed', count: of('changed') + more.length },
    { did: 'deleted', count: of('deleted') },
    { did: 'restored', count: of('restored') },
  ].filter(({ count }) => count > 0)
  const said = parts.map(({ did, count }, at) =>
    at === 0 ? `${did} ${counted(count, 'contact')}` : `${did} ${count.toLocaleString('en')}`,
  )
  const last = said.pop() ?? ''
  return `${name} ${said.length === 0 ? last : `${said.join(', ')} and ${last}`}`
}

export interface Line {
  label: string
  before: string
  after: string
}

/** One line a field, with both values as people read them; '' stands for nothing. */
export const lines = ({ changes }: ContactNews): Line[] =>
  Object.entries(changes).map(([field, { before, after }]) => lineOf(field, before, after))

const lineOf = (field: string, before: unknown, after: unknown): Line => {
  const [root = '', ...rest] = field.split('/')
  if (root === 'tags') {
    const tag = rest.join('/')
    return { label: 'Tag', before: before === true ? tag : '', after: after === true ? tag : '' }
  }
  return { label: labelOf(root), before: valueWords(before), after: valueWords(after) }
}

const labelOf = (root: string): string => {
  if (root === 'favorite') return 'Favourite'
  if (root === 'mergedInto') return 'Merged'
  if (root === 'deletedAt' || root === 'createdAt') return 'Time'
  return fieldName(root)
}

/** "3 notes added, 1 deleted"; '' where there are none. */
export const noteWords = ({ notes }: ContactNews): string => {
  const parts = [
    { did: 'added', count: notes.added },
    { did: 'changed', count: notes.changed },
    { did: 'deleted', count: notes.deleted },
  ].filter(({ count }) => count > 0)
  return parts
    .map(({ did, count }, at) =>
      at === 0 ? `${counted(count, 'note')} ${did}` : `${count} ${did}`,
    )
    .join(', ')
}

/** Total: another program may have written any value. */
const valueWords = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return value.toLocaleString('en')
  if (typeof value !== 'object' || value === null) return ''
  const { id: _, label, ...parts } = value as { id?: unknown; label?: unknown }
  const text = Object.values(parts).filter(isText).join(', ')
  return isText(label) && text !== '' ? `${text} (${label})` : text
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? what : `${what}s`}`
