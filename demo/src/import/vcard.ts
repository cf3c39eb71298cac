import { type ContactDraft, draftContact, emptyDraft, type Writer } from './contact-draft.js'
import { contactIdOf } from './file-ids.js'
import { hasRoom, nothingParsed, type ParsedContacts, stopAt } from './parsed-contacts.js'
import { VcardGroups } from './vcard-groups.js'
import { type Property, partsOf, readProperties, textOf } from './vcard-property.js'
import { type CardText, splitCards } from './vcard-text.js'

/**
 * Reads a .vcf file of vCards 3.0 or 4.0 (and the 2.1 of old phones), total over any text: a card
 * that can't be read stands in `skipped` with the line of its BEGIN, and what there is no place for
 * in `leftOut`.
 */
export const parseVcard = (text: string): ParsedContacts => {
  const parsed = nothingParsed()
  const groups = new VcardGroups()
  const { strayLine } = splitCards(text, (card) => {
    readCard(card, parsed, groups)
    if (hasRoom(parsed)) return true
    stopAt(card.line, parsed)
    return false
  })
  if (strayLine !== undefined) {
    parsed.skipped.push({ line: strayLine, reason: 'is outside of any card' })
  }
  groups.addTags()
  return parsed
}

/** Lines of one card; a person's has some hundred. */
const MAX_LINES = 20_000

const readCard = (card: CardText, parsed: ParsedContacts, groups: VcardGroups): void => {
  const { line } = card
  const skip = (reason: string): void => void parsed.skipped.push({ line, reason })
  if (!card.complete) return skip('begins a card that never ends')
  if (card.lines.length > MAX_LINES) return skip('begins a card that is larger than a contact')
  const { properties, broken } = readProperties(card.lines)
  if (properties.length === 0) return skip('begins a card that can’t be read')
  if (groups.take(properties)) return
  const before = parsed.contacts.length
  const isOurs = properties.some(({ name, raw }) => name === 'prodid' && raw.startsWith(PRODID))
  const writer = isOurs ? 'this-app' : 'another'
  draftContact(draftOf(properties, writer), line, parsed, writer)
  const contact = parsed.contacts[before]
  if (!contact) return
  groups.add(properties, contact)
  const count = broken === 1 ? 'a line' : `${broken} lines`
  if (broken > 0)
    parsed.leftOut.push({ line, reason: `begins a card with ${count} that can’t be read` })
  for (const reason of withoutPlace(properties)) parsed.leftOut.push({ line, reason })
}

/** As this app's own cards begin it. */
export const PRODID = '-//Kith//'

const draftOf = (properties: readonly Property[], writer: Writer): ContactDraft => {
  const isOurs = writer === 'this-app'
  const draft = emptyDraft()
  const all = (name: string): Property[] => properties.filter((property) => property.name === name)
  const text = (name: string): string => textOf(all(name)[0]?.raw ?? '')
  const entries = (...names: string[]) =>
    properties
      .filter(({ name }) => names.includes(name))
      .map(({ label, raw }) => ({ label, value: textOf(raw) }))
  readIdentity(draft, text)
  readNames(draft, partsOf(all('n')[0]?.raw ?? '', ';'), text('fn'))
  const [company = '', department = ''] = partsOf(all('org')[0]?.raw ?? '', ';')
  const title = text('title') || text('role')
  Object.assign(draft.texts, { company, department, title })
  draft.texts.nickname = text('nickname')
  draft.texts.birthday = isOurs ? text('bday') : birthdayOf(text('bday'))
  draft.texts.avatarUrl = isEmbedded(all('photo')[0]) ? '' : text('photo')
  draft.lists.emails = entries('email')
  draft.lists.phones = entries('tel').map(({ label, value }) => ({
    label,
    value: isOurs ? value : value.replace(/^tel:/i, ''),
  }))
  draft.lists.links = entries('url', 'x-socialprofile', 'impp')
  draft.addresses = all('adr').map(addressOf)
  readTags(draft, all('categories'), all('x-kith-tags')[0])
  readNotes(draft, all('note'))
  return draft
}

/** UIDs are `urn:uuid:…` or anything; what this app writes is a contact's id. */
const readIdentity = (draft: ContactDraft, text: (name: string) => string): void => {
  const id = contactIdOf(text('uid').replace(/^urn:uuid:/i, ''))
  if (id !== undefined) draft.id = id
  const createdAt = Date.parse(text('x-kith-created') || text('created'))
  if (createdAt >= 0) draft.createdAt = createdAt
}

/** N is family; given; additional; prefixes; suffixes (RFC 6350, 6.2.2). */
const readNames = (draft: ContactDraft, n: readonly string[], fn: string): void => {
  const [family = '', given = '', additional = '', prefix = '', suffix = ''] = n
  const words = [prefix, given, additional, family].map((part) => part.trim())
  const spelled = words.filter((part) => part !== '').join(' ')
  draft.texts.givenName = given
  draft.texts.familyName = family
  draft.texts.name = fn || (suffix && spelled ? `${spelled}, ${suffix}` : spelled)
}

/** Google's own categories are none, and `starred` is a favourite; tags of those names stand apart. */
const readTags = (
  draft: ContactDraft,
  categories: readonly Property[],
  own: Property | undefined,
): void => {
  const tags = categories.flatMap(({ raw }) => partsOf(raw, ','))
  draft.favorite = tags.some((tag) => /^starred$/i.test(tag))
  draft.tags = tags.filter((tag) => !/^(?:starred|myContacts)$/i.test(tag))
  if (!own) return
  const [favorite = '', ...others] = partsOf(own.raw, ',')
  draft.favorite = favorite === 'favorite'
  draft.tags = others
}

const readNotes = (draft: ContactDraft, notes: readonly Property[]): void => {
  for (const { raw, parameters } of notes) {
    const body = textOf(raw)
    const createdAt = Date.parse(parameters.get('x-kith-created') ?? '')
    if (parameters.get('x-kith-kind') === 'about') draft.about = body
    else draft.notes.push(createdAt >= 0 ? { body, createdAt } : { body })
  }
}

/** ADR is PO box; extended; street; city; region; postal code; country (RFC 6350, 6.3.1). */
const addressOf = ({ label, raw }: Property) => {
  const [poBox = '', extended = '', street = '', city = '', region = '', code = '', country = ''] =
    partsOf(raw, ';')
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

const isEmbedded = (photo: Property | undefined): boolean =>
  photo !== undefined && (photo.raw === '' || /^data:/i.test(photo.raw))

/** What is read, what belongs to it, and what says nothing about a person. */
const TAKEN = new Set([
  ...'fn n nickname org title role bday photo email tel url x-socialprofile impp adr'.split(' '),
  ...'categories note uid created version prodid rev kind source sort-string mailer'.split(' '),
  ...'class profile name label clientpidmap x-ablabel x-abadr x-abshowas x-abuid'.split(' '),
  ...'x-kith-created x-kith-tags x-apple-subadministrativearea'.split(' '),
])

const withoutPlace = (properties: readonly Property[]): string[] => {
  const reasons: string[] = []
  if (properties.some((property) => property.name === 'photo' && isEmbedded(property))) {
    reasons.push('has a photo inside of the file, which is not taken: contacts link to theirs')
  }
  const others = properties.filter(({ name, raw }) => !TAKEN.has(name) && raw.trim() !== '')
  const names = [...new Set(others.map(({ name }) => name.toUpperCase().slice(0, 40)))]
  if (names.length > 0)
    reasons.push(`has ${names.slice(0, 8).join(', ')}, for which there is no place`)
  const many = (['org', 'title', 'nickname', 'bday'] as const).filter(
    (name) => properties.filter((property) => property.name === name).length > 1,
  )
  if (many.length > 0)
    reasons.push(`has more than one ${many.join(', ').toUpperCase()}: the first is taken`)
  return reasons
}
