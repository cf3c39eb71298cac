/**
 * What others did while one was away, gathered into what it comes to: per person, per contact, per
 * field. Pure, and plain JSON, so that a tab can keep it over a reload.
 */
import type { Activity, CaughtUp } from 'kith-client'
import { type ContactNews, contactNews, MAX_CONTACTS, merged } from './contact-news.js'
import { joinedUnnamed, totalOf, type UnnamedNews, unnamedOf } from './unnamed.js'

export interface PersonNews {
  id: string
  name: string
  contacts: ContactNews[]
  /** Ids of contacts beyond `MAX_CONTACTS`. */
  more: string[]
}

export interface News {
  people: PersonNews[]
  unnamed?: UnnamedNews | undefined
  /** The journal's row that the newest of it is in. */
  seq: number
}

export const NO_NEWS: News = { people: [], seq: 0 }

export const isEmpty = ({ people, unnamed }: News): boolean =>
  people.every(({ contacts, more }) => contacts.length + more.length === 0) &&
  (unnamed === undefined || totalOf(unnamed) === 0)

/** With one more thing that happened. Constant in time but for a copy of one person's list. */
export const withActivity = (news: News, activity: Activity): News => {
  const { user, seq } = activity
  const known = news.people.find(({ id }) => id === user.id)
  const person = withContact(known ?? { ...user, contacts: [], more: [] }, contactNews(activity))
  const people = known
    ? news.people.map((one) => (one === known ? person : one))
    : [...news.people, person]
  return { ...news, people, seq: Math.max(news.seq, seq ?? 0) }
}

/** All of `older`, and then of `newer`. */
export const joined = (older: News, newer: News): News => {
  let people = older.people
  for (const { id, name, contacts, more } of newer.people) {
    let person = people.find((one) => one.id === id) ?? { id, name, contacts: [], more: [] }
    for (const contact of contacts) person = withContact(person, contact)
    person = { ...person, more: [...new Set([...person.more, ...more])] }
    people = [...people.filter((one) => one.id !== id), person]
  }
  const unnamed = joinedUnnamed(older.unnamed, newer.unnamed)
  return { people, unnamed, seq: Math.max(older.seq, newer.seq) }
}

export const touches = ({ people, unnamed }: News, contactId: string): boolean =>
  unnamed?.contacts.some((one) => one.contactId === contactId) ||
  people.some(
    ({ contacts, more }) =>
      more.includes(contactId) || contacts.some((one) => one.contactId === contactId),
  )

const withContact = (person: PersonNews, news: ContactNews): PersonNews => {
  const at = person.contacts.findIndex(({ contactId }) => contactId === news.contactId)
  const earlier = person.contacts[at]
  if (earlier) {
    const both = merged(earlier, news)
    return { ...person, contacts: person.contacts.toSpliced(at, 1, ...(both ? [both] : [])) }
  }
  if (person.contacts.length < MAX_CONTACTS) {
    return { ...person, contacts: [...person.contacts, news] }
  }
  return person.more.includes(news.contactId)
    ? person
    : { ...person, more: [...person.more, news.contactId] }
}

/** `known`: how many contacts the device holds now. */
export const withCaughtUp = (news: News, { changes, seq }: CaughtUp, known: number): News => {
  const created = changes.filter(({ type }) => type === 'contact_created').length
  const through = { ...news, seq: Math.max(news.seq, seq) }
  // It held nothing: then there is nothing to compare with, and no news.
  if (known <= created) return through
  return { ...through, unnamed: joinedUnnamed(news.unnamed, unnamedOf(changes)) }
}
