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
 * All contacts in this order. The last answer is kept and put right: sorting what is nearly sorted
 * takes one comparison for each contact, a fresh list of 5,000 about twelve.
 */
const sorted = (index: DocumentIndex, sort: Sort): readonly Contact[] => {
  const orders = ordersOf(index)
  const ids = new Set(orders.get(sort))
  for (const id of index.contactIds()) ids.add(id)
  const contacts: Contact[] = []
  for (const id of ids) {
    const contact = index.contact(id)
    if (contact) contacts.push(contact)
  }
  contacts.sort(COMPARE[sort])
  orders.set(
    sort,
    contacts.map((contact) => contact.id),
  )
  return contacts
}

const lastOrders = /* @__PURE__ */ new WeakMap<DocumentIndex, Map<Sort, readonly ContactId[]>>()

const ordersOf = (index: DocumentIndex): Map<Sort, readonly ContactId[]> => {
  const orders = lastOrders.get(index) ?? new Map<Sort, readonly ContactId[]>()
  lastOrders.set(index, orders)
  return orders
}

const byId = (a: Contact, b: Contact): number => (a.id < b.id ? -1 : 1)
const byText = (a: string, b: string): number =>
  Number(a === '') - Number(b === '') || collator.compare(a, b)
const byName = (a: Contact, b: Contact): number => byText(a.name, b.name) || byId(a, b)

const COMPARE: { readonly [Order in Sort]: (a: Contact, b: Contact) => number } = {
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
