import type { Contact } from './contact.js'

/** The words of a search, each as `matches` takes it. */
export const termsOf = (search: string): readonly string[] =>
  simplify(search)
    .split(/\s+/)
    .filter((term) => term !== '')

export const matches = (contact: Contact, term: string): boolean => {
  const { text, phones } = searchable(contact)
  if (text.includes(term)) return true
  return PHONE_LIKE.test(term) && phones.includes(term.replace(/\D/g, ''))
}

/** Whether what matches all of `terms` matches all of `fewer` for sure, as a letter more does. */
export const narrows = (terms: readonly string[], fewer: readonly string[]): boolean =>
  fewer.every((less) =>
    terms.some(
      // What a number finds by its digits, half of it finds so only if that is one, too.
      (term) => term.includes(less) && (PHONE_LIKE.test(less) || !PHONE_LIKE.test(term)),
    ),
  )

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
