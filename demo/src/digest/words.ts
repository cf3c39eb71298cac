/** What the news say. Pure. */
import { fieldName } from 'kith-client/react'
import type { ContactNews } from './contact-news.js'
import type { News, PersonNews } from './news.js'
import type { UnnamedNews } from './unnamed.js'

/** "Bo changed 2 contacts", "12 contacts changed, and Bo and Chiara changed 5 contacts". */
export const headline = ({ people, unnamed }: News): string =>
  [unnamed ? unnamedWords(unnamed) : '', peopleWords(people)].filter(Boolean).join(', and ')

/** "3 contacts added, 12 changed and 1 deleted": without names, where nobody knows them any more. */
export const unnamedWords = ({ counts }: UnnamedNews): string =>
  sentence(
    WHATS.filter((what) => counts[what] > 0).map((what, at) =>
      at === 0
        ? `${counted(counts[what], 'contact')} ${DID[what]}`
        : `${counts[what].toLocaleString('en')} ${DID[what]}`,
    ),
  )

const WHATS = ['created', 'changed', 'deleted', 'restored'] as const
const DID = { created: 'added', changed: 'changed', deleted: 'deleted', restored: 'restored' }

const peopleWords = (people: News['people']): string => {
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
    contacts.filter((one) => one.what === what).length + (what === 'changed' ? more.length : 0)
  const said = WHATS.filter((what) => of(what) > 0).map((what, at) =>
    at === 0
      ? `${DID[what]} ${counted(of(what), 'contact')}`
      : `${DID[what]} ${of(what).toLocaleString('en')}`,
  )
  return `${name} ${sentence(said)}`
}

const sentence = (parts: readonly string[]): string => {
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`
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
