import type { Contact, ContactId } from 'kith-shared'
import { ContactMatches, contactOfId, type KnownContacts } from './contact-matches.js'
import { isNothing, type KnownContact, missingParts } from './missing-parts.js'
import type { FileContact } from './parsed-contacts.js'

/** What happens to somebody of the file who is here already. */
export type DuplicateHandling = 'fill' | 'skip' | 'import'

/** Who of the workspace, or of earlier lines, somebody of the file is. */
export type Match =
  | { type: 'new' }
  | { type: 'known'; contactId: ContactId; isComplete: boolean }
  /** By the id of our own export; in the workspace the contact is deleted. */
  | { type: 'deleted'; contactId: ContactId }
  /** Another line is the same one: its place in the file, from 0. */
  | { type: 'twice'; earlier: number }

export interface PlanSource extends KnownContacts {
  /** Neither deleted nor merged into another. */
  readonly livingIds: readonly ContactId[]
  known(contact: Contact): KnownContact
}

/** Looks at one contact of the file after the other; each call is quick, so that a page may paint. */
export class Matcher {
  readonly #source: PlanSource
  readonly #living = new ContactMatches<ContactId>()
  readonly #earlier = new ContactMatches<number>()
  readonly #earlierIds = new Map<ContactId, number>()
  #known = 0
  #matched = 0

  constructor(source: PlanSource) {
    this.#source = source
  }

  /** Takes up to so many contacts of the workspace; `false` once all are known. */
  learn(count: number): boolean {
    const until = Math.min(this.#known + count, this.#source.livingIds.length)
    for (; this.#known < until; this.#known++) {
      const id = this.#source.livingIds[this.#known]
      const contact = id === undefined ? undefined : this.#source.contact(id)
      if (contact) this.#living.add(contact, contact.id)
    }
    return this.#known < this.#source.livingIds.length
  }

  /** To be asked in the order of the file, once `learn` is done. */
  match(file: FileContact): Match {
    const at = this.#matched++
    const own = file.id === undefined ? undefined : contactOfId(this.#source, file.id)
    const living = own?.deletedAt === null ? own.id : this.#living.find(file.input)
    const contact = living === undefined ? undefined : this.#source.contact(living)
    if (contact) {
      const isComplete = isNothing(missingParts(this.#source.known(contact), file))
      return { type: 'known', contactId: contact.id, isComplete }
    }
    const earlier =
      (file.id === undefined ? undefined : this.#earlierIds.get(file.id)) ??
      this.#earlier.find(file.input)
    if (earlier !== undefined) return { type: 'twice', earlier }
    this.#earlier.add(file.input, at)
    if (file.id !== undefined) this.#earlierIds.set(file.id, at)
    return own ? { type: 'deleted', contactId: own.id } : { type: 'new' }
  }
}

/** What an import would do, or did, by contacts of the file. */
export interface ImportCounts {
  created: number
  /** Got what the file has and they had not. */
  updated: number
  /** Were deleted, and are back. */
  restored: number
  /** In the file twice, and put together. */
  joined: number
  /** Left as they are. */
  unchanged: number
}

export const NO_COUNTS: ImportCounts = {
  created: 0,
  updated: 0,
  restored: 0,
  joined: 0,
  unchanged: 0,
}

export const countPlan = (matches: readonly Match[], handling: DuplicateHandling): ImportCounts => {
  const counts = { ...NO_COUNTS }
  for (const match of matches) {
    if (match.type === 'new' || handling === 'import') counts.created++
    else if (match.type === 'deleted') counts.restored++
    else if (handling === 'fill' && match.type === 'known' && !match.isComplete) counts.updated++
    else if (handling === 'fill' && match.type === 'twice') counts.joined++
    else counts.unchanged++
  }
  return counts
}
