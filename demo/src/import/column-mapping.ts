import type { TextField } from 'kith-shared'

/** What a column of a table may hold. */
export type ColumnField =
  | Exclude<TextField, 'avatarUrl'>
  | 'namePrefix'
  | 'middleName'
  | 'nameSuffix'
  | 'email'
  | 'phone'
  | 'link'
  | 'street'
  | 'city'
  | 'region'
  | 'postalCode'
  | 'country'
  | 'tags'
  | 'favorite'
  | 'note'
  | 'about'
  | 'avatarUrl'

export interface ColumnTarget {
  /** '' leaves the column out. */
  field: ColumnField | ''
  /** Of an entry, such as Work; parts of an address with one label are one address. */
  label: string
}

/** Which column goes where. */
export interface ColumnMapping {
  /** Whether the first row names the columns. */
  hasHeader: boolean
  columns: readonly ColumnTarget[]
}

export const FIELD_NAMES: Readonly<Record<ColumnField, string>> = {
  name: 'Full name',
  givenName: 'First name',
  middleName: 'Middle name',
  familyName: 'Last name',
  namePrefix: 'Name prefix (Dr.)',
  nameSuffix: 'Name suffix (Jr.)',
  nickname: 'Nickname',
  company: 'Company',
  title: 'Job title',
  department: 'Department',
  email: 'Email',
  phone: 'Phone',
  link: 'Link',
  street: 'Street',
  city: 'City',
  region: 'Region',
  postalCode: 'Postal code',
  country: 'Country',
  birthday: 'Birthday',
  tags: 'Tags',
  favorite: 'Favourite',
  note: 'Note',
  about: 'About',
  avatarUrl: 'Photo (https)',
}

const ADDRESS_FIELDS = ['street', 'city', 'region', 'postalCode', 'country'] as const
export type AddressField = (typeof ADDRESS_FIELDS)[number]

export const isAddressField = (field: string): field is AddressField =>
  ADDRESS_FIELDS.some((one) => one === field)

/** Whether a label says something about this field. */
export const hasLabel = (field: ColumnField | ''): boolean =>
  field === 'email' || field === 'phone' || field === 'link' || isAddressField(field)

export const isColumnField = (field: unknown): field is ColumnField =>
  typeof field === 'string' && Object.hasOwn(FIELD_NAMES, field)
