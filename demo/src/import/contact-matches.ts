import { type Contact, type ContactId, type ContactInput, mergedInto } from 'kith-shared'

/** What finding duplicates asks of a workspace. */
export interface KnownContacts {
  contact(id: ContactId): Contact | undefined
}

/** What of a contact tells whether another is the same. */
type Face = Pick<ContactInput, 'name' | 'company'> & {
  emails?: readonly { value: string }[] | undefined
  phones?: readonly { value: string }[] | undefined
}

/**
 * Finds who is the same person: by the id that an export of ours gave, else by name and an email
 * address or phone number, or by name and company for one who has neither. A name alone is not
 * enough, nor is an address that several people share.
 */
export class ContactMatches<Key> {
  readonly #keys = new Map<string, Key>()

  /** The first of several that look the same is found. */
  add(contact: Face, key: Key): void {
    for (const sign of signsOf(contact)) if (!this.#keys.has(sign)) this.#keys.set(sign, key)
  }

  find(contact: Face): Key | undefined {
    for (const sign of signsOf(contact)) {
      const key = this.#keys.get(sign)
      if (key !== undefined) return key
    }
    return undefined
  }
}

const signsOf = ({ name, company = '', emails = [], phones = [] }: Face): string[] => {
  const who = folded(name)
  const signs = [
    ...emails.map(({ value }) => `email ${folded(value)} ${who}`),
    ...phones.map(({ value }) => `phone ${phoneDigits(value)} ${who}`),
  ]
  return signs.length > 0 ? signs : [`company ${folded(company)} ${who}`]
}

/** Case, blanks and spelling in Unicode aside. */
export const folded = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

/** As dialled; a text without digits stays as it is. */
export const phoneDigits = (text: string): string => {
  const digits = text.replace(/[^\d+*#]/g, '').replace(/^00/, '+')
  return digits === '' ? folded(text) : digits
}

/** The contact of this id, or the one that it was merged into; deleted ones too. */
export const contactOfId = (known: KnownContacts, id: ContactId): Contact | undefined =>
  known.contact(mergedInto(known, id) ?? id)
