import type { ContactId } from '../ids.js'
import type { Contact } from './contact.js'
import type { DocumentIndex } from './document-index.js'
import { mergedInto } from './merged.js'

export interface ContactQuery {
  /** Words that all must occur in name, company, emails, phones or tags; accents and case aside. */
  search?: string | undefined
  /** As `Contact.tags` gives it. */
  tag?: string | undefined
  /** Several of them; none is no condition. */
  tags?: readonly string[] | undefined
  /** Whether a contact must have all of `tags` (default) or any of them. */
  matchTags?: 'all' | 'any' | undefined
  /** `true`: favourites alone. */
  favorite?: boolean | undefined
  /** `name` (default) and `company` from A, those without last; `created` newest first. */
  sort?: 'name' | 'company' | 'created' | undefined
  /** `true`: only those deleted, or merged into another. Default: only those that are neither. */
  deleted?: boolean | undefined
}

type Sort = NonNullable<ContactQuery['sort']>

/** The same order on every machine, whatever its language. */
const collator = /* @__PURE__ */ new Intl.Collator('en', { sensitivity: 'base', numeric: true })

/** Ids of the contacts that the query selects, in its order; ties by id. */
export const selectContactIds = (index: DocumentIndex, query: ContactQuery = {}): ContactId[] => {
  const terms = simplify(query.search ?? '')
    .split(/\s+/)
    .filter((term) => term !== '')
  const isWanted = (contact: Contact): boolean =>
    isGone(index, contact) === (query.deleted ?? false) &&
    (query.favorite !== true || contact.favorite) &&
    hasTags(contact, query) &&
    terms.every((term) => matches(contact, term))
  return sorted(index, query.sort ?? 'name')
    .filter(isWanted)
    .map((contact) => contact.id)
}

const isGone = (index: DocumentIndex, contact: Contact): boolean =>
  contact.deletedAt !== null ||
  (contact.mergedInto !== null && mergedInto(index, contact.id) !== undefined)

const hasTags = (contact: Contact, { tag, tags, matchTags = 'all' }: ContactQuery): boolean => {
  const has = (wanted: string): boolean => contact.tags.includes(wanted)
  if (tag !== undefined && !has(tag)) return false
  if (tags === undefined || tags.length === 0) return true
  return matchTags === 'any' ? tags.some(has) : tags.every(has)
}

/**
 * All contacts in this order. The last answer is kept, and only what is another object since is put
 * in its place: comparing names is what costs, 5,000 of them some 15 ms.
 */
const sorted = (index: DocumentIndex, sort: Sort): readonly Contact[] => {
  const orders = ordersOf(index)
  const { contacts: last, revision } = orders.get(sort) ?? NO_ORDER
  if (revision === index.revision) return last
  const ids = index.contactIds()
  const kept = last.filter((contact) => index.contact(contact.id) === contact)
  const old = new Set(kept)
  const fresh: Contact[] = []
  for (const id of ids) {
    const contact = index.contact(id)
    if (contact && !old.has(contact)) fresh.push(contact)
  }
  const isSame = kept.length === last.length && fresh.length === 0
  const contacts = isSame ? last : putIn(kept, fresh.sort(COMPARE[sort]), COMPARE[sort])
  orders.set(sort, { revision: index.revision, contacts })
  return contacts
}

/** Both are in order, and so is what comes of them. */
const putIn = (
  kept: readonly Contact[],
  fresh: readonly Contact[],
  compare: Compare,
): Contact[] => {
  const all: Contact[] = []
  let from = 0
  for (const contact of fresh) {
    const at = placeOf(contact, kept, from, compare)
    for (; from < at; from++) all.push(kept[from] ?? contact)
    all.push(contact)
  }
  return all.concat(kept.slice(from))
}

/** How many of those in order come before it, which are not fewer than `low`. */
const placeOf = (
  contact: Contact,
  kept: readonly Contact[],
  low: number,
  compare: Compare,
): number => {
  let high = kept.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = kept[middle]
    if (other !== undefined && compare(other, contact) < 0) low = middle + 1
    else high = middle
  }
  return low
}

interface Order {
  /** Of the index that it was read from. */
  readonly revision: number
  readonly contacts: readonly Contact[]
}

const NO_ORDER: Order = { revision: -1, contacts: [] }

const lastOrders = /* @__PURE__ */ new WeakMap<DocumentIndex, Map<Sort, Order>>()

const ordersOf = (index: DocumentIndex): Map<Sort, Order> => {
  const orders = lastOrders.get(index) ?? new Map<Sort, Order>()
  lastOrders.set(index, orders)
  return orders
}

type Compare = (a: Contact, b: Contact) => number

const byId = (a: Contact, b: Contact): number => (a.id < b.id ? -1 : 1)
const byText = (a: string, b: string): number =>
  Number(a === '') - Number(b === '') || collator.compare(a, b)
const byName = (a: Contact, b: Contact): number => byText(a.name, b.name) || byId(a, b)

const COMPARE: { readonly [Order in Sort]: Compare } = {
  name: byName,
  company: (a, b) => byText(a.company, b.company) || byName(a, b),
  created: (a, b) => b.createdAt - a.createdAt || byId(a, b),
}

const matches = (contact: Contact, term: string): boolean => {
  const { text, phones } = searchable(contact)
  if (text.includes(term)) return true
  return PHONE_LIKE.test(term) && phones.includes(term.replace(/\D/g, ''))
}

/** `555-12` is meant to find `(555) 1234`. */
const PHONE_LIKE = /^\+?[\d()./-]*\d[\d()./-]*$/

interface Searchable {
  text: string
  phones: string
}

/** By contact, which is another object as soon as anything in it changes. */
const searchables = /* @__PURE__ */ new WeakMap<Contact, Searchable>()

const searchable = (contact: Contact): Searchable => {
  const known = searchables.get(contact)
  if (known) return known
  const values = [...contact.emails, ...contact.phones].map((entry) => entry.value)
  const made = {
    text: simplify([contact.name, contact.company, ...values, ...contact.tags].join('\n')),
    phones: contact.phones.map((phone) => phone.value.replace(/\D/g, '')).join('\n'),
  }
  searchables.set(contact, made)
  return made
}

const simplify = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
