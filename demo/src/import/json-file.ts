import { isUsableId, TEXT_FIELDS } from 'kith-shared'
import { JSON_FORMAT, JSON_VERSION } from '../export/json-file.js'
import { type ContactDraft, draftContact, emptyDraft } from './contact-draft.js'
import { contactIdOf, noteIdOf } from './file-ids.js'
import {
  type FileNote,
  hasRoom,
  nothingParsed,
  type ParsedContacts,
  stopAt,
} from './parsed-contacts.js'

/** Why a JSON text holds no contacts of ours, or what it holds; "line" is a contact's number. */
export const parseJson = (text: string): ParsedContacts | { reason: string } => {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return { reason: 'This file begins like JSON, but it is broken or not all of it is here.' }
  }
  if (!isRecord(value) || value.format !== JSON_FORMAT || !Array.isArray(value.contacts)) {
    return { reason: 'This JSON file is no export of contacts from Kith.' }
  }
  if (typeof value.version !== 'number' || value.version > JSON_VERSION) {
    return { reason: 'A newer version of Kith wrote this file. Reload this page, and try again.' }
  }
  const parsed = nothingParsed()
  for (const [at, contact] of value.contacts.entries()) {
    const line = at + 1
    if (isRecord(contact)) draftContact(readContact(contact), line, parsed, 'this-app')
    else parsed.skipped.push({ line, reason: 'is no contact' })
    if (hasRoom(parsed)) continue
    stopAt(line, parsed)
    break
  }
  return parsed
}

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const textAt = (value: Json, key: string): string => {
  const text = Object.hasOwn(value, key) ? value[key] : undefined
  return typeof text === 'string' ? text : ''
}

const timeAt = (value: Json, key: string): number | undefined => {
  const time = value[key]
  return Number.isInteger(time) && Number(time) >= 0 && Number(time) <= 8.64e15
    ? Number(time)
    : undefined
}

const recordsAt = (value: Json, key: string): Json[] => {
  const list = value[key]
  return Array.isArray(list) ? list.filter(isRecord) : []
}

const readContact = (value: Json): ContactDraft => {
  const draft = emptyDraft()
  const id = contactIdOf(value.id)
  if (id !== undefined) draft.id = id
  const createdAt = timeAt(value, 'createdAt')
  if (createdAt !== undefined) draft.createdAt = createdAt
  for (const field of TEXT_FIELDS) draft.texts[field] = textAt(value, field)
  draft.favorite = value.favorite === true
  draft.about = textAt(value, 'about')
  draft.tags = Array.isArray(value.tags) ? value.tags.filter((tag) => typeof tag === 'string') : []
  for (const list of ['emails', 'phones', 'links'] as const) {
    draft.lists[list] = uniqueIds(recordsAt(value, list)).map(({ id, record }) => ({
      ...id,
      label: textAt(record, 'label'),
      value: textAt(record, 'value'),
    }))
  }
  draft.addresses = uniqueIds(recordsAt(value, 'addresses')).map(({ id, record }) => ({
    ...id,
    label: textAt(record, 'label'),
    street: textAt(record, 'street'),
    city: textAt(record, 'city'),
    region: textAt(record, 'region'),
    postalCode: textAt(record, 'postalCode'),
    country: textAt(record, 'country'),
  }))
  draft.notes = recordsAt(value, 'notes').map(readNote)
  return draft
}

/** An entry whose id is none, or another's, gets one of its own later. */
const uniqueIds = (records: readonly Json[]): { id: { id: string } | object; record: Json }[] => {
  const seen = new Set<string>()
  return records.map((record) => {
    const { id } = record
    if (!isUsableId(id) || seen.has(id)) return { id: {}, record }
    seen.add(id)
    return { id: { id }, record }
  })
}

const readNote = (value: Json): FileNote => {
  const createdAt = timeAt(value, 'createdAt')
  const id = noteIdOf(value.id)
  return {
    ...(id === undefined ? {} : { id }),
    body: textAt(value, 'body'),
    ...(createdAt === undefined ? {} : { createdAt }),
  }
}
