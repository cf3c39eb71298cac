/**
 * The contacts of an index in each order that was asked for, and the last answers.
 *
 * 1. All that is kept is of one revision. Before anything of it is used, what changed since is taken
 *    out of each list and put in its place: nothing else is compared or looked at again.
 * 2. What is worked out in steps is a list of its own until it is done, and caught up with what
 *    changed meanwhile before it is kept.
 */
import type { ContactId } from '../ids.js'
import type { Steps } from '../steps.js'
import type { Contact } from './contact.js'
import { COMPARE, type Compare, inOrder, type Sort } from './contact-order.js'
import type { DocumentIndex } from './document-index.js'

/** A query, as it is kept with its answer. */
export interface Question {
  readonly sort: Sort
  /** All but the search, in words. */
  readonly conditions: string
  readonly terms: readonly string[]
  readonly isWanted: (contact: Contact) => boolean
}

export interface Answer {
  readonly question: Question
  readonly contacts: Contact[]
}

interface Change {
  readonly before: Contact | undefined
  readonly after: Contact | undefined
}

type Wanted = Question['isWanted']

const ANSWERS = 4
/** Contacts that are read in one step. */
const AT_ONCE = 250
/** Past so many changes a list is made anew, in one go. */
const FEW = 20

export class Lists {
  readonly #index: DocumentIndex
  readonly #orders = new Map<Sort, Contact[]>()
  readonly #unfinished = new Map<Sort, Steps<void>>()
  /** As they stand in the orders. */
  readonly #known = new Map<ContactId, Contact>()
  /** Of these it depends on others, too, whether they are listed. */
  readonly #merged = new Set<ContactId>()
  #answers: readonly Answer[] = []
  #revision = 0

  constructor(index: DocumentIndex) {
    this.#index = index
  }

  /** Those that are kept, as of now. */
  get answers(): readonly Answer[] {
    this.#bringUp()
    return this.#answers
  }

  /** All contacts, as of the step that gives them. Who asks next goes on where the last one rested. */
  *ordered(sort: Sort): Steps<readonly Contact[]> {
    for (;;) {
      this.#bringUp()
      const known = this.#orders.get(sort)
      if (known) return known
      const work = this.#unfinished.get(sort) ?? this.#putInOrder(sort)
      this.#unfinished.set(sort, work)
      if (work.next().done) this.#unfinished.delete(sort)
      else yield
    }
  }

  *#putInOrder(sort: Sort): Steps<void> {
    for (;;) {
      const { revision } = this.#index
      const contacts = yield* inOrder(yield* this.#read(), sort)
      const now = this.caughtUp(contacts, revision, { sort, isWanted: () => true })
      if (now === undefined) continue
      if (this.#orders.size === 0) this.#know(now)
      this.#orders.set(sort, now)
      return
    }
  }

  #know(contacts: readonly Contact[]): void {
    this.#revision = this.#index.revision
    for (const contact of contacts) {
      this.#known.set(contact.id, contact)
      if (contact.mergedInto !== null) this.#merged.add(contact.id)
    }
  }

  /** Rule 2: what `isWanted` of a list of that revision; `undefined` where too much has changed. */
  caughtUp(
    contacts: Contact[],
    revision: number,
    { sort, isWanted }: Pick<Question, 'sort' | 'isWanted'>,
  ): Contact[] | undefined {
    this.#bringUp()
    if (revision === this.#index.revision) return contacts
    const ids = this.#index.changedSince(revision)
    if (ids === undefined) return undefined
    for (const id of this.#merged) ids.add(id)
    const after = [...ids].flatMap((id) => this.#index.contact(id) ?? [])
    const kept = contacts.filter(({ id }) => !ids.has(id))
    return putIn(kept, after.filter(isWanted).sort(COMPARE[sort]), COMPARE[sort])
  }

  /** Gives its contacts. */
  keep(answer: Answer): readonly Contact[] {
    const others = this.#answers.filter((other) => other !== answer)
    this.#answers = [answer, ...others].slice(0, ANSWERS)
    return answer.contacts
  }

  *#read(): Steps<readonly Contact[]> {
    const contacts: Contact[] = []
    for (const [at, id] of this.#index.contactIds().entries()) {
      if (at % AT_ONCE === 0) yield
      const contact = this.#index.contact(id)
      if (contact) contacts.push(contact)
    }
    return contacts
  }

  /** Rule 1. */
  #bringUp(): void {
    const index = this.#index
    if (this.#orders.size === 0 || this.#revision === index.revision) return
    const ids = index.changedSince(this.#revision)
    this.#revision = index.revision
    if (ids === undefined) return this.#forget()
    for (const id of this.#merged) ids.add(id)
    const changes: Change[] = []
    for (const id of ids) {
      const [before, after] = [this.#known.get(id), index.contact(id)]
      if (before !== after || after?.mergedInto) changes.push({ before, after })
      if (after) this.#known.set(id, after)
      else this.#known.delete(id)
      if (after?.mergedInto) this.#merged.add(id)
      else this.#merged.delete(id)
    }
    for (const [sort, contacts] of this.#orders) {
      this.#orders.set(sort, changed(contacts, changes, COMPARE[sort]))
    }
    this.#answers = this.#answers.map(({ question, contacts }) => {
      const { sort, isWanted } = question
      return { question, contacts: changed(contacts, changes, COMPARE[sort], isWanted) }
    })
  }

  /** So much is another that all is put in order anew, which may rest in between. */
  #forget(): void {
    this.#orders.clear()
    this.#unfinished.clear()
    this.#known.clear()
    this.#merged.clear()
    this.#answers = []
  }
}

const known = /* @__PURE__ */ new WeakMap<DocumentIndex, Lists>()

export const listsOf = (index: DocumentIndex): Lists => {
  const lists = known.get(index) ?? new Lists(index)
  known.set(index, lists)
  return lists
}

/** The list, which is in order, after these changes; the same array where they are few. */
const changed = (
  contacts: Contact[],
  changes: readonly Change[],
  compare: Compare,
  isWanted: Wanted = () => true,
): Contact[] => {
  const wanted = changes.flatMap(({ after }) => (after && isWanted(after) ? [after] : []))
  if (changes.length > FEW) {
    const gone = new Set(changes.map(({ before }) => before))
    const kept = contacts.filter((contact) => !gone.has(contact))
    return putIn(kept, wanted.sort(compare), compare)
  }
  for (const { before } of changes) {
    const at = before === undefined ? -1 : placeOf(before, contacts, 0, compare)
    if (at >= 0 && contacts[at] === before) contacts.splice(at, 1)
  }
  for (const contact of wanted) contacts.splice(placeOf(contact, contacts, 0, compare), 0, contact)
  return contacts
}

/** Both are in order, and so is what comes of them. */
const putIn = (
  kept: readonly Contact[],
  fresh: readonly Contact[],
  compare: Compare,
): Contact[] => {
  const all: Contact[] = []
  let from = 0
  for (const contact of fresh) {
    const at = placeOf(contact, kept, from, compare)
    for (; from < at; from++) all.push(kept[from] ?? contact)
    all.push(contact)
  }
  return all.concat(kept.slice(from))
}

/** How many of those in order come before it, which are not fewer than `low`. */
const placeOf = (
  contact: Contact,
  list: readonly Contact[],
  low: number,
  compare: Compare,
): number => {
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = list[middle]
    if (other !== undefined && compare(other, contact) < 0) low = middle + 1
    else high = middle
  }
  return low
}
