/**
 * A contact as readers give it and as editors take it. Every field is there; '' stands for a text
 * that isn't.
 */
import type { ContactId } from '../ids.js'

/** One email, phone or link. `id` is the entry's own, `[A-Za-z0-9_-]{1,64}`. */
export interface Entry {
  readonly id: string
  readonly label: string
  /** As it was typed. A link may say `javascript:`; whoever makes an `href` of it, checks it. */
  readonly value: string
}

export interface Address {
  readonly id: string
  readonly label: string
  readonly street: string
  readonly city: string
  readonly region: string
  readonly postalCode: string
  readonly country: string
}

export interface Contact {
  readonly id: ContactId
  /** What is shown; '' only where somebody's own client created the contact without one. */
  readonly name: string
  readonly givenName: string
  readonly familyName: string
  readonly nickname: string
  readonly company: string
  readonly title: string
  readonly department: string
  /** Free text; `1990-01-31` or `--01-31` (no year) where a program wrote it. */
  readonly birthday: string
  /** '' or a URL that begins with `https://`. */
  readonly avatarUrl: string
  readonly favorite: boolean
  /** Milliseconds since 1970, by the clock of whoever created it; 0 where unknown. */
  readonly createdAt: number
  readonly deletedAt: number | null
  /** Id of the contact that this one was merged into. */
  readonly mergedInto: string | null
  /** Order: as created, then later entries by id. The same on every replica. */
  readonly emails: readonly Entry[]
  readonly phones: readonly Entry[]
  readonly links: readonly Entry[]
  readonly addresses: readonly Address[]
  /** Trimmed, NFC, without doubles. Order: as created, then later ones by code unit. */
  readonly tags: readonly string[]
}

export type ListField = 'emails' | 'phones' | 'links' | 'addresses'
export type ScalarField = Exclude<keyof Contact, ListField | 'id' | 'tags'>
/** The fields that hold one value each. */
export type Scalars = Pick<Contact, ScalarField>
export type TextField = Exclude<ScalarField, 'favorite' | 'createdAt' | 'deletedAt' | 'mergedInto'>
export type NoteField = 'body' | 'contactId' | 'deletedAt'
export type ListEntry<List extends ListField> = Contact[List][number]

export const TEXT_FIELDS = [
  'name',
  'givenName',
  'familyName',
  'nickname',
  'company',
  'title',
  'department',
  'birthday',
  'avatarUrl',
] as const satisfies readonly TextField[]

export const SCALAR_FIELDS = [
  ...TEXT_FIELDS,
  'favorite',
  'createdAt',
  'deletedAt',
  'mergedInto',
] as const satisfies readonly ScalarField[]

export const LIST_FIELDS = [
  'emails',
  'phones',
  'links',
  'addresses',
] as const satisfies readonly ListField[]

/** Entries without an id get one; those whose texts (the label apart) are all '' are left out. */
export interface EntryInput {
  id?: string | undefined
  label?: string | undefined
  value: string
}

export interface AddressInput {
  id?: string | undefined
  label?: string | undefined
  street?: string | undefined
  city?: string | undefined
  region?: string | undefined
  postalCode?: string | undefined
  country?: string | undefined
}

/** What a contact is created from. '' and `undefined` mean that the field is absent. */
export interface ContactInput extends Partial<Record<TextField, string | undefined>> {
  /** At least one character that is no blank. */
  name: string
  favorite?: boolean | undefined
  emails?: readonly EntryInput[] | undefined
  phones?: readonly EntryInput[] | undefined
  links?: readonly EntryInput[] | undefined
  addresses?: readonly AddressInput[] | undefined
  tags?: readonly string[] | undefined
}
