import {
  type Contact,
  type ContactInput,
  type NoteId,
  TEXT_FIELDS,
  type TextField,
} from 'kith-shared'
import { folded, phoneDigits } from './contact-matches.js'
import type { FileContact, FileNote } from './parsed-contacts.js'

/** A contact of the workspace with its free texts. */
export interface KnownContact {
  contact: Contact
  about: string
  notes: readonly { body: string }[]
  /** Deleted ones and those of other contacts too: such a note does not come twice. */
  hasNote(id: NoteId): boolean
}

/** What a file says of somebody that the workspace does not have yet. */
export interface MissingParts {
  texts: Partial<Record<TextField, string>>
  emails: Entries
  phones: Entries
  links: Entries
  addresses: Addresses
  tags: readonly string[]
  about: string
  notes: readonly FileNote[]
}

type Entries = NonNullable<ContactInput['emails']>
type Addresses = NonNullable<ContactInput['addresses']>

/** Nothing that is there is taken for missing: it stays as it is. */
export const missingParts = (known: KnownContact, file: FileContact): MissingParts => {
  const { contact } = known
  const { input } = file
  const texts: MissingParts['texts'] = {}
  for (const field of TEXT_FIELDS) {
    const text = input[field]
    if (contact[field] === '' && text) texts[field] = text
  }
  const bodies = new Set(known.notes.map(({ body }) => folded(body)))
  return {
    texts,
    emails: others(input.emails, contact.emails, ({ value = '' }) => folded(value)),
    phones: others(input.phones, contact.phones, ({ value = '' }) => phoneDigits(value)),
    links: others(input.links, contact.links, ({ value = '' }) => value.trim()),
    addresses: others(input.addresses, contact.addresses, placeOf),
    tags: (input.tags ?? []).filter((tag) => !contact.tags.includes(tag)),
    about: known.about === '' ? file.about : '',
    notes: file.notes.filter(
      ({ id, body }) => !bodies.has(folded(body)) && (id === undefined || !known.hasNote(id)),
    ),
  }
}

export const isNothing = ({ texts, ...lists }: MissingParts): boolean =>
  Object.keys(texts).length === 0 && Object.values(lists).every(({ length }) => length === 0)

const others = <Part>(
  wanted: readonly Part[] | undefined,
  there: readonly Part[],
  spell: (part: Part) => string,
): readonly Part[] => {
  if (!wanted || wanted.length === 0) return []
  const known = new Set(there.map(spell))
  return wanted.filter((part) => {
    const spelled = spell(part)
    if (known.has(spelled)) return false
    known.add(spelled)
    return true
  })
}

const placeOf = (address: Addresses[number]): string => {
  const { street = '', city = '', region = '', postalCode = '', country = '' } = address
  return [street, city, region, postalCode, country].map(folded).join('\n')
}
