import type { Steps } from '../steps.js'
import type { Contact } from './contact.js'

export type Sort = 'name' | 'company' | 'created'
export type Compare = (a: Contact, b: Contact) => number

/** The same order on every machine, whatever its language. */
const collator = /* @__PURE__ */ new Intl.Collator('en', { sensitivity: 'base', numeric: true })

const byId: Compare = (a, b) => (a.id < b.id ? -1 : 1)
const byText = (a: string, b: string): number =>
  Number(a === '') - Number(b === '') || collator.compare(a, b)
const byName: Compare = (a, b) => byText(a.name, b.name) || byId(a, b)

export const COMPARE: { readonly [Order in Sort]: Compare } = {
  name: byName,
  company: (a, b) => byText(a.company, b.company) || byName(a, b),
  created: (a, b) => b.createdAt - a.createdAt || byId(a, b),
}

/**
 * Asking the collator is most of what an order costs. Of what consists of plain letters, digits and
 * blanks it says the same as a comparison of these keys, which takes a fifth of the time;
 * `undefined` for anything else. Of 100,000 names nearly all are plain, accents aside.
 */
export const orderKey = (text: string): string | undefined => {
  if (text === '') return LAST
  if (PLAIN.test(text)) return plainKey(text)
  const parts = text.normalize('NFD')
  // To it, though not to these keys, a mark ends a number: 1\u03012 is 1 and 2.
  if (/\d[\u0300-\u0345]/.test(parts)) return undefined
  // Elsewhere these marks make no difference; from U+0363 on they are letters.
  const bare = parts.replace(/[\u0300-\u0345]/g, '')
  return PLAIN.test(bare) ? plainKey(bare) : undefined
}

/** A number of more digits is one that nobody reads. */
const PLAIN = /^(?:[A-Za-z ]|\d{1,60}(?!\d))*$/
const plainKey = (text: string): string => text.toLowerCase().replace(/\d+/g, numberKey)
/** Behind all that is plain. */
const LAST = '\x7f'

/** A number is less than one with more digits; all are behind blanks and before letters. */
const numberKey = (digits: string): string => {
  const value = digits.replace(/^0+/, '')
  return String.fromCharCode(0x21 + value.length) + value
}

const KEYS: { readonly [Order in Sort]: (contact: Contact) => string | undefined } = {
  name: ({ name }) => orderKey(name),
  company: ({ company, name }) => {
    const [first, then] = [orderKey(company), orderKey(name)]
    // Less than any letter, so that a name which begins another comes first.
    return first === undefined || then === undefined ? undefined : `${first}\0${then}`
  },
  created: () => undefined,
}

interface Keyed {
  readonly contact: Contact
  readonly key: string | undefined
}

const AT_ONCE = 250

/** In this order. A merge sort, since one that rests can't be the engine's own. */
export function* inOrder(contacts: readonly Contact[], sort: Sort): Steps<Contact[]> {
  const compare = compareKeyed(COMPARE[sort])
  let runs: Keyed[][] = []
  for (let at = 0; at < contacts.length; at += AT_ONCE) {
    const some = contacts.slice(at, at + AT_ONCE)
    runs.push(some.map((contact) => ({ contact, key: KEYS[sort](contact) })).sort(compare))
    yield
  }
  while (runs.length > 1) {
    const next: Keyed[][] = []
    for (let at = 0; at < runs.length; at += 2) {
      next.push(yield* merged(runs[at] ?? [], runs[at + 1] ?? [], compare))
    }
    runs = next
  }
  return (runs[0] ?? []).map(({ contact }) => contact)
}

const compareKeyed =
  (compare: Compare) =>
  (a: Keyed, b: Keyed): number =>
    a.key === undefined || b.key === undefined || a.key === b.key
      ? compare(a.contact, b.contact)
      : a.key < b.key
        ? -1
        : 1

function* merged(
  left: readonly Keyed[],
  right: readonly Keyed[],
  compare: (a: Keyed, b: Keyed) => number,
): Steps<Keyed[]> {
  const all: Keyed[] = []
  let [l, r] = [0, 0]
  for (let a = left[l], b = right[r]; a && b; a = left[l], b = right[r]) {
    if (compare(a, b) <= 0) {
      all.push(a)
      l++
    } else {
      all.push(b)
      r++
    }
    if (all.length % (4 * AT_ONCE) === 0) yield
  }
  yield
  return all.concat(left.slice(l), right.slice(r))
}
