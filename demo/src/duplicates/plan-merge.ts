/** What a merge writes. Pure. */
import {
  type Address,
  type Contact,
  type ContactId,
  type Entry,
  LIST_FIELDS,
  type ListEntry,
  type ListField,
  type ScalarChanges,
  TEXT_FIELDS,
  type TextField,
} from 'kith-shared'
import { emailKey, phoneKey } from './find.js'

/** Whose value a field is to have; the first one that has any, where nothing is said. */
export type Choices = { readonly [Field in TextField]?: ContactId | undefined }

export interface MergePlan {
  /** Stays, with everything. */
  readonly into: ContactId
  /** Lead to it from now on. */
  readonly from: readonly ContactId[]
  readonly changes: ScalarChanges
  readonly entries: readonly NewEntry[]
  readonly tags: readonly string[]
}

export type NewEntry = {
  [List in ListField]: { readonly list: List; readonly entry: ListEntry<List> }
}[ListField]

/** `contacts` without doubles; the first one stays. `undefined` for fewer than two. */
export const planMerge = (
  contacts: readonly Contact[],
  choices: Choices,
  newId: () => string,
): MergePlan | undefined => {
  const [into, ...others] = contacts
  if (!into || others.length === 0) return undefined
  return {
    into: into.id,
    from: others.map(({ id }) => id),
    changes: changesOf(contacts, into, choices),
    entries: entriesOf(into, others, newId),
    tags: [...new Set(others.flatMap(({ tags }) => tags))].filter(
      (tag) => !into.tags.includes(tag),
    ),
  }
}

/** What the field will hold. */
export const chosenValue = (
  contacts: readonly Contact[],
  field: TextField,
  choices: Choices,
): string => {
  const chosen = contacts.find(({ id }) => id === choices[field])
  return (chosen ?? contacts.find((contact) => contact[field].trim() !== ''))?.[field] ?? ''
}

const changesOf = (
  contacts: readonly Contact[],
  into: Contact,
  choices: Choices,
): ScalarChanges => {
  const changes: ScalarChanges = {}
  for (const field of TEXT_FIELDS) {
    const value = chosenValue(contacts, field, choices)
    // A name can't be taken away.
    if (value !== into[field] && (field !== 'name' || value.trim() !== '')) changes[field] = value
  }
  if (!into.favorite && contacts.some(({ favorite }) => favorite)) changes.favorite = true
  return changes
}

/** All that the first one lacks. Two people who merge the same write the same entries. */
const entriesOf = (
  into: Contact,
  others: readonly Contact[],
  newId: () => string,
): readonly NewEntry[] =>
  LIST_FIELDS.flatMap((list) => {
    const keys = new Set(into[list].map((entry) => keyOf(list, entry)))
    const ids = new Set(into[list].map(({ id }) => id))
    const added: NewEntry[] = []
    for (const entry of others.flatMap((other): readonly (Entry | Address)[] => other[list])) {
      const key = keyOf(list, entry)
      if (keys.has(key)) continue
      keys.add(key)
      const id = ids.has(entry.id) ? newId() : entry.id
      ids.add(id)
      // The entry is of this list, which the types lose on the way.
      added.push({ list, entry: { ...entry, id } } as NewEntry)
    }
    return added
  })

/** What makes two entries the same, their labels aside. */
const keyOf = (list: ListField, entry: Entry | Address): string => {
  if (!('value' in entry)) {
    const { street, city, region, postalCode, country } = entry
    return JSON.stringify([street, city, region, postalCode, country].map(plain))
  }
  if (list === 'emails') return emailKey(entry.value) || plain(entry.value)
  if (list === 'phones') return phoneKey(entry.value) || plain(entry.value)
  return plain(entry.value)
}

const plain = (text: string): string => text.normalize('NFC').trim().toLowerCase()

/** The long texts one after the other, without those that another one holds already. */
export const joinedText = (texts: readonly string[]): string => {
  const kept: string[] = []
  for (const text of texts) {
    if (text.trim() !== '' && !kept.some((other) => other.includes(text.trim()))) kept.push(text)
  }
  return kept.join('\n\n')
}
