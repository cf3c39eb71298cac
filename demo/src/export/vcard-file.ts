/** Contacts as a vCard 3.0 file (RFC 2426), which address books read, and this app's own import. */
import type { Address, Contact, Entry } from 'kith-shared'

/** A contact with its free texts: what it is about, then its notes. */
export interface SavedContact {
  contact: Contact
  texts: readonly string[]
}

export const vcardFile = (saved: readonly SavedContact[]): string => saved.map(cardOf).join('')

const cardOf = ({ contact, texts }: SavedContact): string => {
  const lines = ['BEGIN:VCARD', 'VERSION:3.0', ...namesOf(contact), ...listsOf(contact)]
  for (const text of texts) if (text.trim() !== '') lines.push(`NOTE:${escaped(text)}`)
  return [...lines, 'END:VCARD', ''].map(folded).join('\r\n')
}

const namesOf = (contact: Contact): string[] => {
  const { name, givenName, familyName, company, department } = contact
  const single = (property: string, text: string): string[] =>
    text === '' ? [] : [`${property}:${escaped(text)}`]
  return [
    `FN:${escaped(name)}`,
    // Required by the format, also where it is empty.
    `N:${structured([familyName, givenName, '', '', ''])}`,
    ...single('NICKNAME', contact.nickname),
    ...(company + department === '' ? [] : [`ORG:${structured([company, department])}`]),
    ...single('TITLE', contact.title),
    ...single('BDAY', contact.birthday),
    ...(contact.avatarUrl === ''
      ? []
      : [`PHOTO;VALUE=uri:${contact.avatarUrl.replace(/\s/g, '')}`]),
  ]
}

const listsOf = (contact: Contact): string[] => {
  let groups = 0
  // Address books show a label of one's own by Apple's convention, and others ignore it.
  const labelled = (label: string, line: string): string[] => {
    if (label === '') return [line]
    groups += 1
    return [`item${groups}.${line}`, `item${groups}.X-ABLabel:${escaped(label)}`]
  }
  const entries = (property: string, list: readonly Entry[]): string[] =>
    list.flatMap(({ label, value }) => labelled(label, `${property}:${escaped(value)}`))
  const tags = contact.favorite ? [...contact.tags, 'starred'] : contact.tags
  return [
    ...entries('EMAIL', contact.emails),
    ...entries('TEL', contact.phones),
    ...entries('URL', contact.links),
    ...contact.addresses.flatMap((address) => labelled(address.label, `ADR:${partsOf(address)}`)),
    ...(tags.length === 0 ? [] : [`CATEGORIES:${tags.map(escaped).join(',')}`]),
  ]
}

const partsOf = ({ street, city, region, postalCode, country }: Address): string =>
  structured(['', '', street, city, region, postalCode, country])

const structured = (parts: readonly string[]): string => parts.map(escaped).join(';')

const escaped = (text: string): string =>
  text.replace(/[\\,;]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n')

/** Bytes of a line, its break left out (RFC 2426, 2.6); what follows begins with a space. */
const MAX_LINE = 75

/** Never within a letter. */
const folded = (line: string): string => {
  let bytes = 0
  let out = ''
  for (const letter of line) {
    const size = new TextEncoder().encode(letter).length
    if (bytes + size > MAX_LINE) {
      out += '\r\n '
      bytes = 1
    }
    out += letter
    bytes += size
  }
  return out
}
