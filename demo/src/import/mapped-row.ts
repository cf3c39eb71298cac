import {
  type AddressField,
  type ColumnField,
  type ColumnMapping,
  isAddressField,
} from './column-mapping.js'
import { type AddressDraft, type ContactDraft, draftContact, emptyDraft } from './contact-draft.js'
import { nothingParsed, type ParsedContacts } from './parsed-contacts.js'

/** What the first rows of a table come to as contacts, for a preview. */
export const previewRows = (
  rows: readonly (readonly string[])[],
  mapping: ColumnMapping,
): ParsedContacts => {
  const parsed = nothingParsed()
  const shown = mapping.hasHeader ? rows.slice(1) : rows
  shown.forEach((cells, at) => {
    draftContact(mappedDraft(cells, mapping), at + 1, parsed)
  })
  return parsed
}

/** One row of a table as a contact. */
export const mappedDraft = (row: readonly string[], { columns }: ColumnMapping): ContactDraft => {
  const draft = emptyDraft()
  const parts = { namePrefix: '', middleName: '', nameSuffix: '' }
  const addresses = new Map<string, AddressDraft>()
  columns.forEach(({ field, label }, at) => {
    const value = (row[at] ?? '').trim()
    if (field === '' || value === '') return
    if (isAddressField(field)) addTo(addresses, label, field, value)
    else if (field === 'namePrefix' || field === 'middleName' || field === 'nameSuffix') {
      parts[field] = value
    } else put(draft, field, label, value)
  })
  draft.addresses = [...addresses.values()]
  if (draft.texts.name === '') draft.texts.name = spelled(draft, parts)
  return draft
}

type Whole = Exclude<ColumnField, AddressField | 'namePrefix' | 'middleName' | 'nameSuffix'>

const put = (draft: ContactDraft, field: Whole, label: string, value: string): void => {
  switch (field) {
    case 'email':
      draft.lists.emails.push({ label, value })
      return
    case 'phone':
      draft.lists.phones.push({ label, value })
      return
    case 'link':
      draft.lists.links.push({ label, value })
      return
    case 'tags':
      draft.tags.push(...value.split(/[;,]|\s:::\s/))
      return
    case 'favorite':
      draft.favorite = !/^(?:no|false|0|n|nein|non)$/i.test(value)
      return
    case 'note':
      draft.notes.push({ body: value })
      return
    case 'about':
      draft.about = draft.about === '' ? value : `${draft.about}\n\n${value}`
      return
    case 'birthday':
      // What Outlook writes where it knows none.
      if (!/^0\/0\/0+$/.test(value)) draft.texts.birthday = value
      return
    default:
      draft.texts[field] = value
  }
}

const addTo = (
  addresses: Map<string, AddressDraft>,
  label: string,
  part: AddressField,
  value: string,
): void => {
  const address = addresses.get(label) ?? { label, ...NO_ADDRESS }
  // Outlook has a second and a third line of a street.
  const more = part === 'street' && address.street !== '' ? `${address.street}\n${value}` : value
  addresses.set(label, { ...address, [part]: more })
}

const NO_ADDRESS = { street: '', city: '', region: '', postalCode: '', country: '' }

const spelled = (
  { texts }: ContactDraft,
  parts: { namePrefix: string; middleName: string; nameSuffix: string },
): string => {
  const words = [parts.namePrefix, texts.givenName, parts.middleName, texts.familyName]
  const name = words.filter((word) => word !== '').join(' ')
  return parts.nameSuffix !== '' && name !== '' ? `${name}, ${parts.nameSuffix}` : name
}
