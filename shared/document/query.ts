/**
 * Which contacts a query selects, in which order.
 *
 * 1. What was asked for before is kept, and brought up to date (`lists.ts`).
 * 2. A search that goes on from another looks only among what that one found.
 * 3. It goes in steps, and the document may change between two of them: what came of the first ones
 *    is brought up to date at the end.
 */
import type { ContactId } from '../ids.js'
import { finish, type Steps } from '../steps.js'
import type { Contact } from './contact.js'
import type { Sort } from './contact-order.js'
import type { DocumentIndex } from './document-index.js'
import { type Answer, listsOf, type Question } from './lists.js'
import { mergedInto } from './merged.js'
import { matches, narrows, termsOf } from './search-text.js'

export interface ContactQuery {
  /** Words that all must occur in name, company, emails, phones or tags; accents and case aside. */
  search?: string | undefined
  /** As `Contact.tags` gives it. */
  tag?: string | undefined
  /** Several of them; none is no condition. */
  tags?: readonly string[] | undefined
  /** Whether a contact must have all of `tags` (default) or any of them. */
  matchTags?: 'all' | 'any' | undefined
  /** `true`: favourites alone. */
  favorite?: boolean | undefined
  /** `name` (default) and `company` from A, those without last; `created` newest first. */
  sort?: Sort | undefined
  /** `true`: only those deleted, or merged into another. Default: only those that are neither. */
  deleted?: boolean | undefined
}

/** Ids of the contacts that the query selects, in its order; ties by id. */
export const selectContactIds = (index: DocumentIndex, query: ContactQuery = {}): ContactId[] =>
  finish(selectInSteps(index, query))

/** The same, with rests, for many contacts. What it gives is true of the moment it is done. */
export function* selectInSteps(index: DocumentIndex, query: ContactQuery = {}): Steps<ContactId[]> {
  const contacts = yield* answered(index, question(index, query))
  return contacts.map((contact) => contact.id)
}

const question = (index: DocumentIndex, query: ContactQuery): Question => {
  const { search = '', sort = 'name', deleted = false, favorite = false } = query
  // A copy: whoever asks may change what they asked with, and the answer is kept.
  const { tag, matchTags = 'all' } = query
  const tags = [...(query.tags ?? [])]
  const terms = termsOf(search)
  return {
    sort,
    conditions: JSON.stringify([sort, deleted, favorite, tag, tags, matchTags]),
    terms,
    isWanted: (contact) =>
      isGone(index, contact) === deleted &&
      (!favorite || contact.favorite) &&
      hasTags(contact, { tag, tags, matchTags }) &&
      terms.every((term) => matches(contact, term)),
  }
}

const isGone = (index: DocumentIndex, contact: Contact): boolean =>
  contact.deletedAt !== null ||
  (contact.mergedInto !== null && mergedInto(index, contact.id) !== undefined)

const hasTags = (contact: Contact, { tag, tags, matchTags = 'all' }: ContactQuery): boolean => {
  const has = (wanted: string): boolean => contact.tags.includes(wanted)
  if (tag !== undefined && !has(tag)) return false
  if (tags === undefined || tags.length === 0) return true
  return matchTags === 'any' ? tags.some(has) : tags.every(has)
}

/** Contacts that are looked at in one step. */
const AT_ONCE = 250
/** Tries that an import may outrun; the next one takes no rest. */
const TRIES = 3

function* answered(index: DocumentIndex, asked: Question): Steps<readonly Contact[]> {
  const lists = listsOf(index)
  for (let tries = 1; ; tries++) {
    const order = yield* lists.ordered(asked.sort)
    const known = lists.answers.find(({ question }) => isSame(question, asked))
    if (known) return lists.keep(known)
    const { revision } = index
    const among = nearest(lists.answers, asked)?.contacts ?? order
    // The list itself may change under us.
    const contacts = yield* filtered([...among], asked, tries > TRIES)
    const now = lists.caughtUp(contacts, revision, asked)
    if (now !== undefined) return lists.keep({ question: asked, contacts: now })
  }
}

const isSame = (a: Question, b: Question): boolean =>
  a.conditions === b.conditions && a.terms.join(' ') === b.terms.join(' ')

/** Rule 2: of those that found more, the one that found least. */
const nearest = (answers: readonly Answer[], asked: Question): Answer | undefined =>
  answers
    .filter(
      ({ question }) =>
        question.conditions === asked.conditions && narrows(asked.terms, question.terms),
    )
    .sort((a, b) => a.contacts.length - b.contacts.length)[0]

function* filtered(
  contacts: readonly Contact[],
  { isWanted }: Question,
  isInHaste: boolean,
): Steps<Contact[]> {
  const found: Contact[] = []
  for (const [at, contact] of contacts.entries()) {
    if (at % AT_ONCE === 0 && !isInHaste) yield
    if (isWanted(contact)) found.push(contact)
  }
  return found
}
