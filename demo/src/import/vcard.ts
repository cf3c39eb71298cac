import ICAL from 'ical.js'
import { type ContactDraft, draftContact, emptyDraft } from './contact-draft.js'
import { nothingParsed, type ParsedContacts } from './parsed-contacts.js'
import { type Property, readProperties } from './vcard-property.js'
import { type CardText, splitCards } from './vcard-text.js'

/**
 * Reads a .vcf file of vCards 3.0 or 4.0 (and the 2.1 of old phones), total over any text: a card
 * that can't be read stands in `skipped` with the line of its BEGIN.
 */
export const parseVcard = (text: string): ParsedContacts => {
  const parsed = nothingParsed()
  const { cards, strayLines } = splitCards(text)
  const [firstStray] = strayLines
  if (firstStray !== undefined) {
    parsed.skipped.push({ line: firstStray, reason: 'is outside of any card' })
  }
  for (const card of cards) readCard(card, parsed)
  return parsed
}

const readCard = (card: CardText, parsed: ParsedContacts): void => {
  if (!card.complete) {
    parsed.skipped.push({ line: card.line, reason: 'begins a card that never ends' })
    return
  }
  const properties = propertiesOf(card)
  if (properties) draftContact(draftOf(properties), card.line, parsed)
  else parsed.skipped.push({ line: card.line, reason: 'begins a card that can’t be read' })
}

/** ical.js throws on what is no vCard. */
const propertiesOf = (card: CardText): Property[] | undefined => {
  try {
    return readProperties(ICAL.parse(card.text))
  } catch {
    return undefined
  }
}

const draftOf = (properties: readonly Property[]): ContactDraft => {
  const draft = emptyDraft()
  const all = (name: string): Property[] => properties.filter((property) => property.name === name)
  const text = (name: string): string => all(name)[0]?.text ?? ''
  readNames(draft, all('n')[0]?.parts ?? [], text('fn'))
  const [company = '', department = ''] = all('org')[0]?.parts ?? []
  Object.assign(draft.texts, { company, department, title: text('title') })
  draft.texts.nickname = text('nickname')
  draft.texts.birthday = birthdayOf(text('bday'))
  draft.texts.avatarUrl = text('photo')
  const entries = (name: string) =>
    all(name).map((property) => ({ label: property.label, value: property.text }))
  draft.lists.emails = entries('email')
  draft.lists.phones = entries('tel').map((entry) => ({
    ...entry,
    value: entry.value.replace(/^tel:/i, ''),
  }))
  draft.lists.links = entries('url')
  draft.addresses = all('adr').map(addressOf)
  draft.tags = all('categories').flatMap((property) => property.values)
  draft.favorite = draft.tags.some((tag) => /^starred$/i.test(tag))
  draft.tags = draft.tags.filter((tag) => !/^(?:starred|myContacts)$/i.test(tag))
  draft.note = all('note')
    .map((property) => property.text)
    .join('\n\n')
  return draft
}

/** N is family; given; additional; prefixes; suffixes (RFC 6350, 6.2.2). */
const readNames = (draft: ContactDraft, n: readonly string[], fn: string): void => {
  const [family = '', given = '', additional = '', prefix = '', suffix = ''] = n
  const spelled = [prefix, given, additional, family].filter((part) => part !== '').join(' ')
  draft.texts.givenName = given
  draft.texts.familyName = family
  draft.texts.name = fn || (suffix && spelled ? `${spelled}, ${suffix}` : spelled)
}

/** ADR is PO box; extended; street; city; region; postal code; country (RFC 6350, 6.3.1). */
const addressOf = ({ label, parts }: Property) => {
  const [poBox = '', extended = '', street = '', city = '', region = '', code = '', country = ''] =
    parts
  const lines = [street, extended, poBox].filter((line) => line !== '')
  return { label, street: lines.join('\n'), city, region, postalCode: code, country }
}

/** A day as `1990-01-02`, without a year as `--01-02`; whatever else is said stays as it is. */
const birthdayOf = (text: string): string => {
  const whole = /^(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?$/.exec(text)
  if (whole) return `${whole[1]}-${whole[2]}-${whole[3]}`
  const yearless = /^--(\d{2})-?(\d{2})$/.exec(text)
  return yearless ? `--${yearless[1]}-${yearless[2]}` : text
}
