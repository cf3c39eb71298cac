import {
  type ContactId,
  normalizeTag,
  TEXT_FIELDS,
  type TextField,
  tagFits,
  wellFormed,
} from 'kith-shared'
import { fitsValue } from './fits-value.js'
import type { FileContact, FileNote, ParsedContacts } from './parsed-contacts.js'

/** A contact as a file spells it, before it is known whether it is one. */
export interface ContactDraft {
  id?: ContactId
  createdAt?: number
  texts: Record<TextField, string>
  favorite: boolean
  lists: Record<'emails' | 'phones' | 'links', EntryDraft[]>
  addresses: AddressDraft[]
  tags: string[]
  about: string
  notes: FileNote[]
}

export interface EntryDraft {
  id?: string
  label: string
  value: string
}

export interface AddressDraft {
  id?: string
  label: string
  street: string
  city: string
  region: string
  postalCode: string
  country: string
}

/** Entries of one kind, so that one hostile line can't fill a workspace. */
const MAX_ENTRIES = 1_000
const MAX_NOTES = 10_000
/** UTF-16 units of the long text (`MAX_TEXT_UNITS`). */
const MAX_ABOUT = 1_000_000

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
  about: '',
  notes: [],
})

/** Who wrote the file: what this app wrote is taken letter by letter. */
export type Writer = 'this-app' | 'another'

/** Adds the draft to `parsed`: as a contact, or as a skipped line. */
export const draftContact = (
  draft: ContactDraft,
  line: number,
  parsed: ParsedContacts,
  writer: Writer = 'another',
): void => {
  const taking: Taking = {
    clean: writer === 'this-app' ? wellFormed : clean,
    keepsDoubles: writer === 'this-app',
    leftOut: (reason) => parsed.leftOut.push({ line, reason }),
  }
  const contact = contactOf(draft, line, taking)
  if (contact) parsed.contacts.push(contact)
  else parsed.skipped.push({ line, reason: 'has no name' })
}

interface Taking {
  clean: (text: string) => string
  keepsDoubles: boolean
  leftOut: (reason: string) => void
}

const contactOf = (draft: ContactDraft, line: number, taking: Taking): FileContact | undefined => {
  const texts: Partial<Record<TextField, string>> = {}
  for (const field of TEXT_FIELDS) {
    const value = takenText(field, taking.clean(draft.texts[field]), taking)
    if (value !== '') texts[field] = value
  }
  const emails = takenEntries(draft.lists.emails, 'email', taking)
  const phones = takenEntries(draft.lists.phones, 'phone number', taking)
  const links = takenEntries(draft.lists.links, 'link', taking)
  const named = [texts.name, texts.nickname, texts.company, emails[0]?.value, phones[0]?.value]
  const name = named.find((text) => text !== undefined && text.trim() !== '')
  if (name === undefined) return undefined
  const addresses = takenAddresses(draft.addresses, taking)
  const tags = takenTags(draft.tags, taking)
  const favorite = draft.favorite ? { favorite: true } : {}
  return {
    line,
    ...(draft.id === undefined ? {} : { id: draft.id }),
    ...(draft.createdAt === undefined ? {} : { createdAt: draft.createdAt }),
    input: { ...texts, name, ...favorite, emails, phones, links, addresses, tags },
    ...takenTexts(draft, taking),
  }
}

const takenText = (field: TextField, value: string, { leftOut }: Taking): string => {
  if (field === 'avatarUrl' && value !== '' && !isHttps(value)) {
    leftOut('has a photo that is not at an https address')
    return ''
  }
  if (fitsValue(value)) return value
  if (field === 'name') {
    leftOut('has a name that is too long, cut there')
    return cutAt(value, 500)
  }
  leftOut(`has a text that is too long (${field})`)
  return ''
}

const takenEntries = (entries: EntryDraft[], kind: string, taking: Taking): EntryDraft[] => {
  const seen = new Set<string>()
  const taken: EntryDraft[] = []
  for (const entry of entries) {
    const value = taking.clean(entry.value)
    if (value === '' || (seen.has(value) && !taking.keepsDoubles)) continue
    const cleaned = { ...entry, label: labelOf(entry, taking), value }
    if (taken.length === MAX_ENTRIES || !fitsValue(cleaned)) {
      taking.leftOut(`has one ${kind} too many, or one that is too long`)
      continue
    }
    seen.add(value)
    taken.push(cleaned)
  }
  return taken
}

const labelOf = ({ label }: { label: string }, taking: Taking): string =>
  taking.keepsDoubles ? taking.clean(label) : cutAt(taking.clean(label), 60)

const takenAddresses = (addresses: AddressDraft[], taking: Taking): AddressDraft[] => {
  const taken: AddressDraft[] = []
  for (const address of addresses) {
    const parts = {
      street: taking.clean(address.street),
      city: taking.clean(address.city),
      region: taking.clean(address.region),
      postalCode: taking.clean(address.postalCode),
      country: taking.clean(address.country),
    }
    if (Object.values(parts).every((text) => text === '')) continue
    const cleaned = { ...address, label: labelOf(address, taking), ...parts }
    if (taken.length === MAX_ENTRIES || !fitsValue(cleaned)) {
      taking.leftOut('has one address too many, or one that is too long')
    } else taken.push(cleaned)
  }
  return taken
}

const takenTags = (tags: string[], { clean: cleaned, leftOut }: Taking): string[] => {
  const taken = new Set<string>()
  for (const tag of tags.map((text) => normalizeTag(cleaned(text)))) {
    if (tag === '') continue
    if (!tagFits(tag) || taken.size === MAX_ENTRIES) leftOut('has a tag too many or too long')
    else taken.add(tag)
  }
  return [...taken]
}

/** A note that is too long for one value goes into the long text, which has room for it. */
const takenTexts = (draft: ContactDraft, taking: Taking): Pick<FileContact, 'about' | 'notes'> => {
  const notes: FileNote[] = []
  const texts = [taking.clean(draft.about)]
  for (const note of draft.notes) {
    const body = taking.clean(note.body)
    if (body.trim() === '') continue
    if (notes.length === MAX_NOTES) taking.leftOut('has a note too many')
    else if (fitsValue(body)) notes.push({ ...note, body })
    else texts.push(body)
  }
  const about = texts.filter((text) => text !== '').join('\n\n')
  if (about.length > MAX_ABOUT) taking.leftOut('has more text than a contact may have, cut there')
  return { about: cutAt(about, MAX_ABOUT), notes }
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
