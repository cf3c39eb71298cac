/**
 * Reading is total: whatever lies under a key, the reader gives a valid contact or leaves that
 * part out. Where a later value can't be read, the one before it that lies in the creation holds.
 */
import * as v from 'valibot'
import type { ContactId } from '../ids.js'
import type {
  Address,
  Contact,
  Entry,
  ListEntry,
  ListField,
  ScalarField,
  Scalars,
} from './contact.js'
import { decodeTag, encodeTag, wellFormed } from './keys.js'
import { isUsableId } from './roots.js'
import { SCALARS, tag as tagSchema } from './schema.js'

/** Latest values by path (`name`, `emails/<entry>`, `tags/<tag>`), as they lie in the document. */
export type Overlay = ReadonlyMap<string, unknown>
/** A value of `contacts`, of which nothing is known but that it is a JSON object. */
export type Creation = Readonly<Record<string, unknown>>

const NOTHING: Overlay = new Map()

const ABSENT: Scalars = {
  name: '',
  givenName: '',
  familyName: '',
  nickname: '',
  company: '',
  title: '',
  department: '',
  birthday: '',
  avatarUrl: '',
  favorite: false,
  createdAt: 0,
  deletedAt: null,
  mergedInto: null,
}

/** A plain JSON object, and not a shared type, bytes or an array. */
export const isCreation = (value: unknown): value is Creation => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export const readContact = (
  id: ContactId,
  creation: Creation,
  overlay: Overlay = NOTHING,
): Contact => {
  const scalar = <Field extends ScalarField>(field: Field): Scalars[Field] =>
    readScalar(field, creation, overlay.get(field))
  return {
    id,
    name: scalar('name'),
    givenName: scalar('givenName'),
    familyName: scalar('familyName'),
    nickname: scalar('nickname'),
    company: scalar('company'),
    title: scalar('title'),
    department: scalar('department'),
    birthday: scalar('birthday'),
    avatarUrl: scalar('avatarUrl'),
    favorite: scalar('favorite'),
    createdAt: scalar('createdAt'),
    deletedAt: scalar('deletedAt'),
    mergedInto: scalar('mergedInto'),
    emails: readList('emails', creation, overlay, READ_ENTRY.emails),
    phones: readList('phones', creation, overlay, READ_ENTRY.phones),
    links: readList('links', creation, overlay, READ_ENTRY.links),
    addresses: readList('addresses', creation, overlay, READ_ENTRY.addresses),
    tags: readTags(creation, overlay),
  }
}

/** One field: `latest` where it can be read, else what the creation says, else absent. */
export const readScalar = <Field extends ScalarField>(
  field: Field,
  creation: Creation,
  latest: unknown,
): Scalars[Field] => firstReadable(SCALARS[field], latest, creation[field]) ?? ABSENT[field]

/** `latest` where the schema takes it, else `earlier` where it takes that. */
export const firstReadable = <Value>(
  schema: v.GenericSchema<unknown, Value>,
  latest: unknown,
  earlier: unknown,
): Value | undefined => {
  for (const value of [latest, earlier]) {
    if (value === undefined) continue
    const result = v.safeParse(schema, value)
    if (result.success) return result.output
  }
  return undefined
}

/** One entry as it is now: `latest` (from `<id>/<list>/<entry>`) over what the creation says. */
export const readListEntry = <List extends ListField>(
  list: List,
  creation: Creation,
  entryId: string,
  latest: unknown,
): ListEntry<List> | undefined => {
  const overlay = new Map([[`${list}/${entryId}`, latest]])
  const entries = readList<ListEntry<List>>(list, creation, overlay, READ_ENTRY[list])
  return entries.find((entry) => entry.id === entryId)
}

const readList = <Item extends { id: string }>(
  list: ListField,
  creation: Creation,
  overlay: Overlay,
  read: (id: string, value: unknown) => Item | undefined,
): readonly Item[] => {
  const items = new Map<string, Item>()
  const created = creation[list]
  for (const value of Array.isArray(created) ? (created as unknown[]) : []) {
    const id = isCreation(value) ? value.id : undefined
    if (!isUsableId(id) || items.has(id)) continue
    const item = read(id, value)
    if (item) items.set(id, item)
  }
  const later: Item[] = []
  for (const [path, value] of overlay) {
    if (!path.startsWith(list) || path[list.length] !== '/') continue
    const id = path.slice(list.length + 1)
    if (!isUsableId(id)) continue
    if (value === null) items.delete(id)
    const item = read(id, value)
    if (item && items.has(id)) items.set(id, item)
    else if (item) later.push(item)
  }
  later.sort((a, b) => (a.id < b.id ? -1 : 1))
  return items.size + later.length === 0 ? NO_ITEMS : [...items.values(), ...later]
}

/** One empty list for all, so that thousands of contacts without phones cost nothing for it. */
const NO_ITEMS: readonly never[] = Object.freeze([])

const readEntry = (id: string, value: unknown): Entry | undefined => {
  if (!isCreation(value) || typeof value.value !== 'string') return undefined
  return { id, label: part(value, 'label'), value: wellFormed(value.value) }
}

const readAddress = (id: string, value: unknown): Address | undefined => {
  if (!isCreation(value)) return undefined
  return {
    id,
    label: part(value, 'label'),
    street: part(value, 'street'),
    city: part(value, 'city'),
    region: part(value, 'region'),
    postalCode: part(value, 'postalCode'),
    country: part(value, 'country'),
  }
}

const READ_ENTRY: {
  readonly [List in ListField]: (id: string, value: unknown) => ListEntry<List> | undefined
} = { emails: readEntry, phones: readEntry, links: readEntry, addresses: readAddress }

const part = (value: Creation, key: string): string => {
  const text = value[key]
  return typeof text === 'string' ? wellFormed(text) : ''
}

const readTags = (creation: Creation, overlay: Overlay): readonly string[] => {
  const tags = new Set<string>()
  const created = creation.tags
  for (const value of Array.isArray(created) ? (created as unknown[]) : []) {
    const result = v.safeParse(tagSchema, value)
    if (result.success) tags.add(result.output)
  }
  const later: string[] = []
  for (const [path, value] of overlay) {
    if (!path.startsWith('tags/')) continue
    const tag = decodeTag(path.slice('tags/'.length))
    if (tag === undefined) continue
    if (value === null) tags.delete(tag)
    else if (value === true && !tags.has(tag)) later.push(tag)
  }
  return tags.size + later.length === 0 ? NO_ITEMS : [...tags, ...later.sort()]
}

/** Whether the contact has this tag (normalised); `latest` from `<id>/tags/<tag>`. */
export const readTag = (creation: Creation, tag: string, latest: unknown): boolean =>
  readTags(creation, new Map([[`tags/${encodeTag(tag)}`, latest]])).includes(tag)
