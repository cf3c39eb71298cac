import { type ContactInput, normalizeTag, TEXT_FIELDS, tagFits, wellFormed } from 'kith-shared'
import type { ParsedContacts } from './parsed-contacts.js'

/** A contact as a file spells it, before it is known whether it is one. */
export interface ContactDraft {
  texts: Record<DraftText, string>
  favorite: boolean
  lists: Record<'emails' | 'phones' | 'links', EntryDraft[]>
  addresses: AddressDraft[]
  tags: string[]
  note: string
}

export interface EntryDraft {
  label: string
  value: string
}

export interface AddressDraft {
  label: string
  street: string
  city: string
  region: string
  postalCode: string
  country: string
}

type DraftText = (typeof TEXT_FIELDS)[number]

/** Characters; longer texts than these are no name and no address, and are left out. */
const MAX_TEXT = 500
const MAX_NOTE = 4_000
/**
 * UTF-16 units of a whole contact as JSON: it is one value of the document, 16 KB at most
 * (`MAX_VALUE_BYTES`), of which a unit may take three bytes, and each entry gets an id.
 */
const MAX_CONTACT = 4_500
/** Entries of one kind, so that one hostile line can't fill a workspace. */
const MAX_ENTRIES = 30

export const emptyDraft = (): ContactDraft => ({
  texts: {
    name: '',
    givenName: '',
    familyName: '',
    nickname: '',
    company: '',
    title: '',
    department: '',
    birthday: '',
    avatarUrl: '',
  },
  favorite: false,
  lists: { emails: [], phones: [], links: [] },
  addresses: [],
  tags: [],
  note: '',
})

/** Adds the draft to `parsed`: as a contact, or as a skipped line. */
export const draftContact = (draft: ContactDraft, line: number, parsed: ParsedContacts): void => {
  const leftOut = (reason: string): void => {
    parsed.leftOut.push({ line, reason })
  }
  const input = inputOf(draft, leftOut)
  if (!input) {
    parsed.skipped.push({ line, reason: 'has no name' })
    return
  }
  if (JSON.stringify(input).length > MAX_CONTACT) {
    parsed.skipped.push({ line, reason: 'is larger than a contact may be' })
    return
  }
  parsed.contacts.push(input)
  const note = clean(draft.note)
  if (note === '') return
  if (note.length > MAX_NOTE) leftOut(`has a note of more than ${MAX_NOTE} characters, cut there`)
  parsed.notes.push({ index: parsed.contacts.length - 1, body: cutAt(note, MAX_NOTE) })
}

type LeaveOut = (reason: string) => void

const inputOf = (draft: ContactDraft, leftOut: LeaveOut): ContactInput | undefined => {
  const texts: Partial<Record<DraftText, string>> = {}
  for (const field of TEXT_FIELDS) {
    const value = takenText(field, clean(draft.texts[field]), leftOut)
    if (value !== '') texts[field] = value
  }
  const emails = takenEntries(draft.lists.emails, 'email', leftOut)
  const phones = takenEntries(draft.lists.phones, 'phone number', leftOut)
  const name = texts.name ?? texts.nickname ?? texts.company ?? (emails[0] ?? phones[0])?.value
  if (name === undefined) return undefined
  return {
    ...texts,
    name,
    ...(draft.favorite ? { favorite: true } : {}),
    emails,
    phones,
    links: takenEntries(draft.lists.links, 'link', leftOut),
    addresses: takenAddresses(draft.addresses, leftOut),
    tags: takenTags(draft.tags, leftOut),
  }
}

const takenText = (field: DraftText, value: string, leftOut: LeaveOut): string => {
  if (field === 'avatarUrl' && value !== '' && !isHttps(value)) {
    leftOut('has a photo that is not at an https address')
    return ''
  }
  if (value.length <= MAX_TEXT) return value
  if (field === 'name') {
    leftOut(`has a name of more than ${MAX_TEXT} characters, cut there`)
    return cutAt(value, MAX_TEXT)
  }
  leftOut(`has a text of more than ${MAX_TEXT} characters in ${field}`)
  return ''
}

const takenEntries = (entries: EntryDraft[], kind: string, leftOut: LeaveOut): EntryDraft[] => {
  const seen = new Set<string>()
  const taken: EntryDraft[] = []
  for (const entry of entries) {
    const value = clean(entry.value)
    if (value === '' || seen.has(value)) continue
    if (value.length > MAX_TEXT || taken.length === MAX_ENTRIES) {
      leftOut(`has a ${kind} too many or too long`)
      continue
    }
    seen.add(value)
    taken.push({ label: cutAt(clean(entry.label), 60), value })
  }
  return taken
}

const takenAddresses = (addresses: AddressDraft[], leftOut: LeaveOut): AddressDraft[] => {
  const taken: AddressDraft[] = []
  for (const { label, ...parts } of addresses) {
    const cleaned = {
      street: clean(parts.street),
      city: clean(parts.city),
      region: clean(parts.region),
      postalCode: clean(parts.postalCode),
      country: clean(parts.country),
    }
    const texts = Object.values(cleaned)
    if (texts.every((text) => text === '')) continue
    if (texts.some((text) => text.length > MAX_TEXT) || taken.length === MAX_ENTRIES) {
      leftOut('has an address too many or too long')
      continue
    }
    taken.push({ label: cutAt(clean(label), 60), ...cleaned })
  }
  return taken
}

const takenTags = (tags: string[], leftOut: LeaveOut): string[] => {
  const taken = new Set<string>()
  for (const tag of tags.map((text) => normalizeTag(clean(text)))) {
    if (tag === '') continue
    if (!tagFits(tag) || taken.size === MAX_ENTRIES) leftOut('has a tag too many or too long')
    else taken.add(tag)
  }
  return [...taken]
}

const isHttps = (value: string): boolean => /^https:\/\/[^\s\p{Cc}]+$/iu.test(value)

/** Trimmed, composed (NFC), without control characters except line breaks and tabs. */
const clean = (text: string): string =>
  wellFormed(text)
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .trim()

/** Never between the halves of a surrogate pair. */
const cutAt = (text: string, length: number): string => {
  if (text.length <= length) return text
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}
