/** Which contacts seem to be one and the same. Pure. */
import { type Contact, type ContactId, finish, type Steps } from 'kith-shared'

/** What two contacts have in common. */
export type Likeness = 'email' | 'phone' | 'name'

export interface Duplicates {
  /** Those created first come first. */
  readonly ids: readonly ContactId[]
  readonly alike: readonly Likeness[]
}

/** What more contacts than this share is the office's number, not one person. */
const MAX_SHARED = 10

/** Contacts, keys or groups that are looked at in one step. */
const AT_ONCE = 250

/**
 * Groups of two and more, each contact in one at most; surest first, then in the order in which the
 * contacts come.
 */
export const findDuplicates = (contacts: Iterable<Contact>): Duplicates[] =>
  finish(findInSteps(contacts))

/** The same, with rests, for many contacts. */
export function* findInSteps(contacts: Iterable<Contact>): Steps<Duplicates[]> {
  const places = new Map<ContactId, Place>()
  const byKey = new Map<string, ContactId[]>()
  /** Keys that somebody has who is not the first. */
  const shared = new Set<string>()
  for (const contact of contacts) {
    if (places.size % AT_ONCE === 0) yield
    places.set(contact.id, { at: places.size, createdAt: contact.createdAt })
    for (const key of keysOf(contact)) {
      const ids = byKey.get(key)
      ids?.push(contact.id)
      if (ids) shared.add(key)
      else byKey.set(key, [contact.id])
    }
  }
  const alike = [...shared].map((key): Sharing => [key, byKey.get(key) ?? []])
  const groups = yield* joined(alike.filter(([, ids]) => ids.length <= MAX_SHARED))
  const placed = groups.map(({ ids, alike }) => ({
    ids: ids.sort(byAge(places)),
    alike: [...alike].sort(bySureness),
  }))
  yield
  return placed.sort((a, b) => bySureness(a.alike[0], b.alike[0]) || byPlace(places, a, b))
}

interface Place {
  readonly at: number
  readonly createdAt: number
}

/** A key, and who has it. */
type Sharing = readonly [key: string, ids: readonly ContactId[]]

/** Contacts that share a key, or each share one with a third, are one group. */
function* joined(shared: readonly Sharing[]): Steps<{ ids: ContactId[]; alike: Set<Likeness> }[]> {
  const parents = new Map<ContactId, ContactId>()
  const rootOf = (id: ContactId): ContactId => {
    let root = id
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root)) {
      root = parent
    }
    // Later ways are short.
    if (root !== id) parents.set(id, root)
    return root
  }
  for (const [at, [, [first, ...others]]] of shared.entries()) {
    if (at % AT_ONCE === 0) yield
    if (first === undefined) continue
    for (const other of others) {
      const [a, b] = [rootOf(first), rootOf(other)]
      if (a !== b) parents.set(b, a)
    }
  }
  const groups = new Map<ContactId, { ids: Set<ContactId>; alike: Set<Likeness> }>()
  for (const [at, [key, ids]] of shared.entries()) {
    if (at % AT_ONCE === 0) yield
    for (const id of ids) {
      const root = rootOf(id)
      const group = groups.get(root) ?? { ids: new Set<ContactId>(), alike: new Set<Likeness>() }
      groups.set(root, group)
      group.ids.add(id)
      group.alike.add(likenessOf(key))
    }
  }
  return [...groups.values()].map(({ ids, alike }) => ({ ids: [...ids], alike }))
}

/** By contact, which is another object as soon as anything in it changes. */
const knownKeys = new WeakMap<Contact, readonly string[]>()

/** A set: one contact may have the same number twice. */
const keysOf = (contact: Contact): readonly string[] => {
  const known = knownKeys.get(contact)
  if (known) return known
  const keys = new Set<string>()
  const add = (likeness: Likeness, value: string): void => {
    if (value !== '') keys.add(`${likeness}:${value}`)
  }
  for (const { value } of contact.emails) add('email', emailKey(value))
  for (const { value } of contact.phones) add('phone', phoneKey(value))
  add('name', nameKey(contact.name))
  const made = [...keys]
  knownKeys.set(contact, made)
  return made
}

const likenessOf = (key: string): Likeness => {
  if (key.startsWith('email:')) return 'email'
  return key.startsWith('phone:') ? 'phone' : 'name'
}

/** '' for what is no address. */
export const emailKey = (value: string): string => {
  const email = value.normalize('NFC').trim().toLowerCase()
  return email.includes('@') ? email : ''
}

/** Digits that tell a subscriber apart, wherever they are called from. */
const TELLING = 9
/** Fewer are an extension or a short number. */
const FEWEST = 7

/**
 * The last digits: `+351 912 345 678`, `00351 912345678` and `912345678` are one number. Numbers
 * of two countries may end alike; this only suggests, and a person decides.
 */
export const phoneKey = (value: string): string => {
  // An extension belongs to another telephone of the same office.
  const digits = (value.split(/(?:ext|x|#|;)/i)[0] ?? '').replace(/\D/g, '')
  return digits.length < FEWEST ? '' : digits.replace(/^0+/, '').slice(-TELLING)
}

/** Case, accents, blanks and punctuation aside. */
export const nameKey = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ')

const SURENESS: readonly Likeness[] = ['email', 'phone', 'name']

const bySureness = (a: Likeness | undefined, b: Likeness | undefined): number =>
  (a ? SURENESS.indexOf(a) : SURENESS.length) - (b ? SURENESS.indexOf(b) : SURENESS.length)

const byAge =
  (places: ReadonlyMap<ContactId, Place>) =>
  (a: ContactId, b: ContactId): number =>
    (places.get(a)?.createdAt ?? 0) - (places.get(b)?.createdAt ?? 0) || (a < b ? -1 : 1)

const byPlace = (
  places: ReadonlyMap<ContactId, Place>,
  a: { ids: readonly ContactId[] },
  b: { ids: readonly ContactId[] },
): number => {
  const placeOf = ([id]: readonly ContactId[]): number => (id && places.get(id)?.at) || 0
  return placeOf(a.ids) - placeOf(b.ids)
}
