/**
 * What a value of the document may be: editors refuse the rest, readers leave it out. Messages are
 * the words of `InvalidValue.problem`.
 */
import * as v from 'valibot'
import type {
  Address,
  AddressInput,
  ContactInput,
  Entry,
  EntryInput,
  ListEntry,
  ListField,
  ScalarField,
  Scalars,
} from './contact.js'
import { normalizeTag, tagFits, wellFormed } from './keys.js'
import { isUsableId } from './roots.js'

type Schema<Output> = v.GenericSchema<unknown, Output>

export const text = v.pipe(v.string('type'), v.transform(wellFormed))

const name = v.pipe(
  text,
  v.check((value) => value.trim() !== '', 'empty'),
)

const HTTPS = /^https:\/\/[^\s\p{Cc}]+$/iu
const avatarUrl = v.pipe(
  text,
  v.check((value) => value === '' || HTTPS.test(value), 'format'),
)

/** Past 8.64e15 `new Date(time)` is invalid, and formatting it throws. */
export const time = v.pipe(
  v.number('type'),
  v.integer('format'),
  v.minValue(0, 'format'),
  v.maxValue(8.64e15, 'format'),
)

export const nullableTime = v.nullable(time)

export const id = v.pipe(
  v.string('type'),
  v.check((value) => isUsableId(value), 'format'),
)

const tagOrNothing = v.pipe(
  v.string('type'),
  v.transform(normalizeTag),
  v.check(tagFits, 'too-large'),
)

export const tag = v.pipe(
  tagOrNothing,
  v.check((value) => value !== '', 'empty'),
)

export const SCALARS: { readonly [Field in ScalarField]: Schema<Scalars[Field]> } = {
  name,
  givenName: text,
  familyName: text,
  nickname: text,
  company: text,
  title: text,
  department: text,
  birthday: text,
  avatarUrl,
  favorite: v.boolean('type'),
  createdAt: time,
  deletedAt: nullableTime,
  mergedInto: v.nullable(id),
}

export const noteBody = v.pipe(
  text,
  v.check((value) => value.trim() !== '', 'empty'),
)

/** A strict object complains alike of a key too many, of one that lacks, and of being no object. */
const objectProblem = (issue: v.StrictObjectIssue): string =>
  issue.expected === 'never' ? 'unknown-field' : 'type'

const entry: Schema<Entry> = v.strictObject({ id, label: text, value: text }, objectProblem)

const address: Schema<Address> = v.strictObject(
  {
    id,
    label: text,
    street: text,
    city: text,
    region: text,
    postalCode: text,
    country: text,
  },
  objectProblem,
)

export const ENTRIES: { readonly [List in ListField]: Schema<ListEntry<List>> } = {
  emails: entry,
  phones: entry,
  links: entry,
  addresses: address,
}

const optionalText = v.optional(text)

const entryInput: Schema<EntryInput> = v.strictObject(
  { id: v.optional(id), label: optionalText, value: text },
  objectProblem,
)

const addressInput: Schema<AddressInput> = v.strictObject(
  {
    id: v.optional(id),
    label: optionalText,
    street: optionalText,
    city: optionalText,
    region: optionalText,
    postalCode: optionalText,
    country: optionalText,
  },
  objectProblem,
)

const entries = v.optional(v.array(entryInput, 'type'))

export const contactInput: Schema<ContactInput> = v.strictObject(
  {
    name,
    givenName: optionalText,
    familyName: optionalText,
    nickname: optionalText,
    company: optionalText,
    title: optionalText,
    department: optionalText,
    birthday: optionalText,
    avatarUrl: v.optional(avatarUrl),
    favorite: v.optional(v.boolean('type')),
    emails: entries,
    phones: entries,
    links: entries,
    addresses: v.optional(v.array(addressInput, 'type')),
    tags: v.optional(v.array(tagOrNothing, 'type')),
  },
  objectProblem,
)
