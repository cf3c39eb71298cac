/** Which contacts seem to be one and the same. Pure. */
import type { Contact, ContactId } from 'kith-shared'

/** What two contacts have in common. */
export type Likeness = 'email' | 'phone' | 'name'

export interface Duplicates {
  /** Those created first come first. */
  readonly ids: readonly ContactId[]
  readonly alike: readonly Likeness[]
}

/** What more contacts than this share is the office's number, not one person. */
const MAX_SHARED = 10

/** Groups of two and more, each contact in one at most; surest first, then by name. */
export const findDuplicates = (contacts: Iterable<Contact>): Duplicates[] => {
  const known = new Map<ContactId, Contact>()
  const byKey = new Map<string, ContactId[]>()
  for (const contact of contacts) {
    known.set(contact.id, contact)
    for (const key of keysOf(contact)) {
      const ids = byKey.get(key)
      if (ids) ids.push(contact.id)
      else byKey.set(key, [contact.id])
    }
  }
  const groups = joined(byKey)
  return groups
    .map(({ ids, alike }) => ({ ids: ids.sort(byAge(known)), alike: [...alike].sort(bySureness) }))
    .sort((a, b) => bySureness(a.alike[0], b.alike[0]) || byName(known, a, b))
}

/** Contacts that share a key, or each share one with a third, are one group. */
const joined = (byKey: ReadonlyMap<string, readonly ContactId[]>) => {
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
  const shared = [...byKey].filter(([, ids]) => ids.length > 1 && ids.length <= MAX_SHARED)
  for (const [, [first, ...others]] of shared) {
    if (first === undefined) continue
    for (const other of others) {
      const [a, b] = [rootOf(first), rootOf(other)]
      if (a !== b) parents.set(b, a)
    }
  }
  const groups = new Map<ContactId, { ids: Set<ContactId>; alike: Set<Likeness> }>()
  for (const [key, ids] of shared) {
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

/** A set: one contact may have the same number twice. */
const keysOf = (contact: Contact): ReadonlySet<string> => {
  const keys = new Set<string>()
  const add = (likeness: Likeness, value: string): void => {
    if (value !== '') keys.add(`${likeness}:${value}`)
  }
  for (const { value } of contact.emails) add('email', emailKey(value))
  for (const { value } of contact.phones) add('phone', phoneKey(value))
  add('name', nameKey(contact.name))
  return keys
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
  (known: ReadonlyMap<ContactId, Contact>) =>
  (a: ContactId, b: ContactId): number =>
    (known.get(a)?.createdAt ?? 0) - (known.get(b)?.createdAt ?? 0) || (a < b ? -1 : 1)

const byName = (
  known: ReadonlyMap<ContactId, Contact>,
  a: { ids: readonly ContactId[] },
  b: { ids: readonly ContactId[] },
): number => {
  const nameOf = ([id]: readonly ContactId[]): string => (id && known.get(id)?.name) || ''
  return nameOf(a.ids).localeCompare(nameOf(b.ids))
}
