/**
 * What is kept of earlier queries against an index that has kept nothing: whatever is edited, undone,
 * replaced or merged, by whom and when, and however many queries are under way.
 */
import {
  addTag,
  type Contact,
  type ContactId,
  type ContactQuery,
  DocumentIndex,
  deleteContact,
  removeTag,
  restoreContact,
  selectContactIds,
  selectInSteps,
  setField,
} from 'kith-shared'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { orderKey } from '../../../shared/document/contact-order.js'
import { seededRandom } from '../../harness/seeded.js'
import { pick, type Random } from '../../harness/team.js'
import { contactId, Person } from './play.js'

type Sort = NonNullable<ContactQuery['sort']>

const NAMES = ['', 'a', 'Á 1', 'b 2', 'b 10', '1\u03012', '12', '1 2', '+1 (555) 12', '555', 'ß']
const SEARCHES = ['', 'a', 'b', '5', '55', '(', '(555', '555-1', 'b 1', 'x', '1 b']
const TAGS = ['x', 'y']
const IDS = Array.from({ length: 600 }, (_, n) => `c${n}`)

const someQuery = (random: Random): ContactQuery => ({
  search: pick(random, SEARCHES),
  sort: pick(random, ['name', 'company', 'created'] as const),
  deleted: random() < 0.2,
  favorite: random() < 0.2,
  ...(random() < 0.2 && { tag: pick(random, TAGS) }),
  ...(random() < 0.3 && {
    tags: TAGS.slice(Math.floor(random() * 3)),
    matchTags: pick(random, ['all', 'any'] as const),
  }),
})

const { compare } = new Intl.Collator('en', { sensitivity: 'base', numeric: true })

const byCollator =
  (sort: Sort) =>
  (a: Contact, b: Contact): number => {
    const texts = sort === 'created' ? [] : sort === 'name' ? ['name' as const] : BOTH
    for (const field of texts) {
      const order = Number(a[field] === '') - Number(b[field] === '') || compare(a[field], b[field])
      if (order !== 0) return order
    }
    return (sort === 'created' ? b.createdAt - a.createdAt : 0) || (a.id < b.id ? -1 : 1)
  }
const BOTH = ['company', 'name'] as const

/** What one step of the world does. */
class World {
  readonly person = new Person()
  readonly #random: Random
  #doc = this.person.doc
  #undo = new Y.UndoManager(this.person.doc.getMap('fields'), { captureTimeout: 0 })

  constructor(random: Random) {
    this.#random = random
    // Several steps of 250 contacts each.
    this.#doc.transact(() => this.#edits(1_000))
  }

  get index(): DocumentIndex {
    return this.person.index
  }

  act(): void {
    const random = this.#random
    const dice = random()
    if (dice < 0.04) this.#replace()
    else if (dice < 0.1) this.#undo.undo()
    else if (dice < 0.13) this.#doc.transact(() => this.#edits(30))
    else if (dice < 0.16) this.#takeOut(pick(random, IDS))
    else this.#edits(1)
  }

  /** The same with some left out, as after a refusal or in another epoch. */
  #replace(): void {
    const doc = new Y.Doc()
    doc.transact(() => {
      for (const root of ['contacts', 'fields']) {
        for (const [key, value] of this.#doc.getMap(root)) {
          if (this.#random() < 0.9) doc.getMap(root).set(key, value)
        }
      }
    })
    this.#doc = doc
    this.index.replace(doc, 'replaced')
    this.#undo = new Y.UndoManager(doc.getMap('fields'), { captureTimeout: 0 })
  }

  /** As a stock client's undo of a creation does. */
  #takeOut(id: string): void {
    this.#doc.getMap('contacts').delete(id)
  }

  #edits(count: number): void {
    const random = this.#random
    for (let n = 0; n < count; n++) this.#edit(contactId(pick(random, IDS)), pick(random, NAMES))
  }

  #edit(id: ContactId, text: string): void {
    const random = this.#random
    const doc = this.#doc
    const contacts = doc.getMap('contacts')
    if (!contacts.has(id)) {
      const phones = [{ id: 'p', value: text }]
      contacts.set(id, {
        name: text || 'x',
        company: text,
        phones,
        createdAt: random() < 0.5 ? 1 : 2,
      })
      return
    }
    const dice = random()
    if (dice < 0.3) setField(doc, id, 'name', text || 'y')
    else if (dice < 0.4) setField(doc, id, 'company', text)
    else if (dice < 0.5) (random() < 0.6 ? addTag : removeTag)(doc, id, pick(random, TAGS))
    else if (dice < 0.6) setField(doc, id, 'favorite', random() < 0.5)
    else if (dice < 0.75) deleteContact(doc, id, 5)
    else if (dice < 0.85) restoreContact(doc, id)
    else {
      const into = pick(random, [...IDS.slice(0, 5), 'nobody'])
      setField(doc, id, 'mergedInto', random() < 0.3 || into === id ? null : into)
    }
  }

  ids(): string[] {
    return [...this.#doc.getMap('contacts').keys()].sort()
  }

  /** An index of the same document that has kept nothing. */
  naive(query: ContactQuery): ContactId[] {
    const index = new DocumentIndex(this.#doc)
    index.start()
    index.close()
    // Put in order by the collator alone, one by one.
    const contacts = selectContactIds(index, query).flatMap((id) => index.contact(id) ?? [])
    return contacts.sort(byCollator(query.sort ?? 'name')).map(({ id }) => id)
  }
}

const SEEDS = process.env.KITH_SEED ? [Number(process.env.KITH_SEED)] : [1, 2, 3, 4, 5, 6, 7, 8]

describe('kept orders and answers', () => {
  it.each(SEEDS)(
    '[V12] are those of who keeps nothing, whatever happens (KITH_SEED=%s)',
    (seed) => {
      const random = seededRandom(BigInt(seed))
      const world = new World(random)
      const queries = Array.from({ length: 7 }, () => someQuery(random))
      const underWay = new Map<ContactQuery, ReturnType<typeof selectInSteps>>()
      for (let round = 0; round < 400; round++) {
        if (random() < 0.6) world.act()
        const query = pick(random, queries)
        const steps = underWay.get(query) ?? selectInSteps(world.index, query)
        underWay.set(query, steps)
        const step = steps.next()
        if (!step.done) continue
        underWay.delete(query)
        expect(world.index.contactIds()).toEqual(world.ids())
        expect(step.value, JSON.stringify(query)).toEqual(world.naive(query))
      }
      for (const query of queries) {
        expect(selectContactIds(world.index, query)).toEqual(world.naive(query))
      }
    },
  )

  it('[V12] are of the query as it was asked, whatever its maker does with it later', () => {
    const { index, doc, create } = person()
    create('a', { name: 'Ana', tags: ['x'] }, 1)
    create('b', { name: 'Bo', tags: ['y'] }, 1)
    const tags = ['x']
    expect(selectContactIds(index, { tags })).toEqual(['a'])
    tags[0] = 'y'
    setField(doc, contactId('a'), 'name', 'Anna')
    setField(doc, contactId('b'), 'name', 'Bob')
    expect(selectContactIds(index, { tags: ['x'] })).toEqual(['a'])
  })

  it('[V12] find a contact again whose name has marks in a number', () => {
    // To the collator a mark ends a number: 1 and 2, which is less than 3.
    expect(orderKey('1\u03012')).toBeUndefined()
    const { index, doc, create } = person()
    create('a', { name: '1\u03012' }, 1)
    create('b', { name: '1\u03013' }, 1)
    create('c', { name: '1 x' }, 1)
    create('d', { name: '2' }, 1)
    selectContactIds(index)
    setField(doc, contactId('a'), 'name', '9')
    expect(selectContactIds(index)).toEqual(['c', 'b', 'd', 'a'])
  })
})

const person = () => {
  const made = new Person()
  const create: Person['create'] = (...args) => made.create(...args)
  return { index: made.index, doc: made.doc, create }
}
