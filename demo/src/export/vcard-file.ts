/** Contacts as a vCard file, which address books read, and this app's own import without a loss. */
import type { Address, Contact, Entry } from 'kith-shared'
import type { SavedContact } from './saved-contact.js'

/** RFC 2426, which everything reads, and RFC 6350. */
export type VcardVersion = '3.0' | '4.0'

export const vcardFile = (saved: readonly SavedContact[], version: VcardVersion = '3.0'): string =>
  saved.map((one) => cardOf(one, version)).join('')

const cardOf = (saved: SavedContact, version: VcardVersion): string => {
  const { contact, about, notes } = saved
  const lines = [
    'BEGIN:VCARD',
    `VERSION:${version}`,
    'PRODID:-//Kith//Kith//EN',
    version === '4.0' ? `UID;VALUE=text:${contact.id}` : `UID:${contact.id}`,
    ...namesOf(saved),
    ...listsOf(saved),
  ]
  if (about !== '') lines.push(`NOTE;X-KITH-KIND=about:${escaped(about)}`)
  for (const { body, createdAt } of notes) {
    lines.push(`NOTE;X-KITH-CREATED="${new Date(createdAt).toISOString()}":${escaped(body)}`)
  }
  lines.push(`X-KITH-CREATED:${new Date(contact.createdAt).toISOString()}`)
  return [...lines, 'END:VCARD', ''].map(folded).join('\r\n')
}

const namesOf = ({ contact }: SavedContact): string[] => {
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
    ...single(DAY.test(contact.birthday) ? 'BDAY' : 'BDAY;VALUE=text', contact.birthday),
    ...(contact.avatarUrl === '' ? [] : [`PHOTO;VALUE=uri:${escaped(contact.avatarUrl)}`]),
  ]
}

const DAY = /^(?:\d{4}|-)-\d{2}-\d{2}$/

const listsOf = ({ contact }: SavedContact): string[] => {
  let groups = 0
  // Address books show a label of one's own by Apple's convention, and others ignore it.
  const labelled = (label: string, line: string): string[] => {
    if (label === '') return [line]
    groups += 1
    return [`item${groups}.${line}`, `item${groups}.X-ABLabel:${escaped(label)}`]
  }
  const entries = (property: string, list: readonly Entry[]): string[] =>
    list.flatMap(({ label, value }) => labelled(label, `${property}:${escaped(value)}`))
  return [
    ...entries('EMAIL', contact.emails),
    ...entries('TEL', contact.phones),
    ...entries('URL', contact.links),
    ...contact.addresses.flatMap((address) => labelled(address.label, `ADR:${partsOf(address)}`)),
    ...tagsOf(contact),
  ]
}

/** A favourite is `starred`, as Google has it; where a tag is called so, ours say which is meant. */
const tagsOf = ({ favorite, tags }: Contact): string[] => {
  const list = (texts: readonly string[]): string => texts.map(escaped).join(',')
  const all = favorite ? [...tags, 'starred'] : tags
  const isAmbiguous = tags.some((tag) => /^(?:starred|myContacts)$/i.test(tag))
  return [
    ...(all.length === 0 ? [] : [`CATEGORIES:${list(all)}`]),
    ...(isAmbiguous ? [`X-KITH-TAGS:${list([favorite ? 'favorite' : '', ...tags])}`] : []),
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
