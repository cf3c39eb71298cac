import { normalizeTag, tagFits } from 'kith-shared'
import type { FileContact } from './parsed-contacts.js'
import { type Property, textOf } from './vcard-property.js'

/** Cards that are groups (RFC 6350, 6.1.4; Apple's X-ADDRESSBOOKSERVER-KIND): tags of their members. */
export class VcardGroups {
  readonly #members = new Map<string, FileContact>()
  readonly #groups: { tag: string; uids: string[] }[] = []

  /** Whether the card is a group. */
  take(properties: readonly Property[]): boolean {
    const isGroup = properties.some(
      ({ name, raw }) => KINDS.has(name) && /^group$/i.test(raw.trim()),
    )
    if (!isGroup) return false
    const fn = properties.find(({ name }) => name === 'fn' || name === 'n')
    const uids = properties.filter(({ name }) => MEMBERS.has(name)).map(uidOf)
    this.#groups.push({ tag: normalizeTag(textOf(fn?.raw ?? '')), uids })
    return true
  }

  add(properties: readonly Property[], contact: FileContact): void {
    const uid = properties.find(({ name }) => name === 'uid')
    if (uid) this.#members.set(uidOf(uid), contact)
  }

  /** Once all cards are read: a group may stand before its members. */
  addTags(): void {
    for (const { tag, uids } of this.#groups) {
      if (tag === '' || !tagFits(tag)) continue
      for (const uid of uids) {
        const contact = this.#members.get(uid)
        const tags = contact?.input.tags ?? []
        if (contact && !tags.includes(tag)) contact.input.tags = [...tags, tag]
      }
    }
  }
}

const KINDS = new Set(['kind', 'x-addressbookserver-kind'])
const MEMBERS = new Set(['member', 'x-addressbookserver-member'])

const uidOf = ({ raw }: Property): string =>
  textOf(raw)
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
