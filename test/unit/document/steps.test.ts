import fc from 'fast-check'
import {
  type ContactId,
  type ContactQuery,
  DocumentIndex,
  deleteContact,
  finish,
  selectContactIds,
  selectInSteps,
  setField,
} from 'kith-shared'
import { describe, expect, it, vi } from 'vitest'
import { orderKey } from '../../../shared/document/contact-order.js'
import { contactId, Person } from './play.js'

const MANY = 6_000

const crowd = (): Person => {
  const person = new Person()
  person.doc.transact(() => {
    for (let n = 0; n < MANY; n++) {
      const name = `${['Ada', 'Émile', 'Bo'][n % 3]} ${(n * 7_919) % MANY}`
      person.create(`c${n}`, { name, company: `Company ${n % 70}` }, n)
    }
  })
  return person
}

/** How often the index was asked for a contact in each step, and in all. */
const work = (index: DocumentIndex, query: ContactQuery) => {
  const reads = vi.spyOn(index, 'contact')
  const steps = selectInSteps(index, query)
  const each: number[] = []
  for (let isDone = false; !isDone; ) {
    reads.mockClear()
    isDone = steps.next().done === true
    each.push(reads.mock.calls.length)
  }
  reads.mockRestore()
  return { steps: each.length, most: Math.max(...each), all: each.reduce((a, b) => a + b, 0) }
}

describe('many contacts', () => {
  it('[V12] are gone through in steps, each of which looks at few of them', () => {
    const { index } = crowd()
    const first = work(index, {})
    expect(first.most).toBeLessThanOrEqual(250)
    expect(first.all).toBe(MANY)
    expect(first.steps).toBeGreaterThan(MANY / 250)
    // The order stands by now.
    expect(work(index, { search: '1' }).steps).toBeLessThan(MANY / 250 + 3)
  })

  it('[V12] are not looked at again for one edit, nor compared', () => {
    const { index, doc } = crowd()
    const compared = vi.spyOn(Intl.Collator.prototype, 'compare', 'get')
    const queries: ContactQuery[] = [{}, { search: 'bo' }, { sort: 'company' }]
    for (const query of queries) selectContactIds(index, query)
    setField(doc, contactId('c7'), 'name', 'Aaa')
    compared.mockClear()
    for (const query of queries) {
      const { steps, all } = work(index, query)
      expect(steps).toBe(1)
      expect(all).toBeLessThanOrEqual(2)
    }
    expect(selectContactIds(index)[0]).toBe('c7')
    expect(compared.mock.calls.length).toBeGreaterThan(0)
    expect(compared.mock.calls.length).toBeLessThan(250)
    compared.mockRestore()
  })

  it('[V12] are looked for among those that fewer letters found', () => {
    const { index } = crowd()
    const wide = work(index, { search: 'b' })
    const found = selectContactIds(index, { search: 'bo' }).length
    expect(found).toBe(MANY / 3)
    const narrow = work(index, { search: 'bo 1' })
    expect(narrow.steps).toBeLessThan(wide.steps / 2)
    expect(work(index, { search: 'bo 1' }).steps).toBe(1)
    // What is no part of it is looked for among all of them.
    expect(work(index, { search: 'ada' }).steps).toBeGreaterThan(narrow.steps)
  })

  it('[V12] may change while they are gone through', () => {
    const TEXTS = ['', 'a', 'Á 1', 'b 2', 'b 10', '+1 (555) 12', '555', 'zz', 'ß']
    const query = fc.record({
      search: fc.constantFrom('', 'a', 'b', '5', '55', '(', '(555', '555-1', 'b 1'),
      sort: fc.constantFrom('name' as const, 'company' as const, 'created' as const),
      deleted: fc.boolean(),
    })
    const edit = fc.record({
      at: fc.nat({ max: 9 }),
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x'),
      what: fc.constantFrom('name', 'company', 'create', 'delete', 'merge'),
      text: fc.constantFrom(...TEXTS),
      into: fc.constantFrom('a', 'b', 'c', 'x'),
    })
    const history = fc.array(fc.tuple(query, fc.array(edit, { maxLength: 5 })), { maxLength: 10 })
    fc.assert(
      fc.property(history, (rounds) => {
        const person = new Person()
        for (const [query, edits] of rounds) {
          const steps = selectInSteps(person.index, query)
          let found: readonly ContactId[] | undefined
          for (let n = 0; found === undefined; n++) {
            for (const { at, ...one } of edits) if (at === n) play(person, one)
            const step = steps.next()
            if (step.done) found = step.value
          }
          const newcomer = new DocumentIndex(person.doc)
          newcomer.start()
          expect(found).toEqual(selectContactIds(newcomer, query))
          newcomer.close()
        }
      }),
    )
  })

  it('[V12] that a wider search could not find are found by the narrower one', () => {
    const person = new Person()
    person.create('a', { name: 'Ana', phones: [{ value: '555 12' }] }, 1)
    expect(selectContactIds(person.index, { search: '(' })).toEqual([])
    expect(selectContactIds(person.index, { search: '(555' })).toEqual(['a'])
  })

  it('[V12] go from the list with a change of another one that they were merged into', () => {
    const person = new Person()
    person.create('a', { name: 'Ana' }, 1)
    setField(person.doc, contactId('a'), 'mergedInto', 'x')
    expect(selectContactIds(person.index)).toEqual(['a'])
    person.create('x', { name: 'Ana Lima' }, 2)
    expect(selectContactIds(person.index)).toEqual(['x'])
    expect(selectContactIds(person.index, { deleted: true })).toEqual(['a'])
  })

  it('[V12] are put in order once, however many ask for it at once', () => {
    const { index } = crowd()
    const one = selectInSteps(index)
    for (let n = 0; n < 40; n++) one.next()
    const reads = vi.spyOn(index, 'contact')
    const other = finish(selectInSteps(index))
    expect(reads).not.toHaveBeenCalled()
    expect(finish(one)).toEqual(other)
    expect(other).toHaveLength(MANY)
  })
})

interface Play {
  id: string
  what: string
  text: string
  into: string
}

const play = (person: Person, { id: name, what, text, into }: Play): void => {
  const id = contactId(name)
  if (person.index.contact(id) === undefined) {
    const phones = text === '' ? [] : [{ value: text }]
    if (what === 'create') person.create(name, { name: text || 'x', company: text, phones }, 1)
  } else if (what === 'delete') deleteContact(person.doc, id, 5)
  else if (what === 'merge') setField(person.doc, id, 'mergedInto', into === name ? null : into)
  else if (what === 'name') setField(person.doc, id, 'name', text || 'y')
  else if (what === 'company') setField(person.doc, id, 'company', text)
}

describe('the key of an order', () => {
  const { compare } = new Intl.Collator('en', { sensitivity: 'base', numeric: true })
  const letter = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...'abzABZ  019é', 'É', '\u0301', 'ñ') },
    { weight: 1, arbitrary: fc.constantFrom('ß', 'ł', '-', '\u0363', '日') },
  )
  const text = fc.string({ unit: letter, maxLength: 8 })

  it('[W4] says what the collator says, where there is one', () => {
    const sign = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
    let keyed = 0
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [one, other] = [orderKey(a), orderKey(b)]
        // Nothing at all comes last in the app, and first to the collator.
        if (one === undefined || other === undefined || a === '' || b === '') return
        keyed++
        expect(sign(one, other)).toBe(Math.sign(compare(a, b)))
      }),
      { numRuns: 5_000 },
    )
    // Some 1,500 of them: else it would say nothing.
    expect(keyed).toBeGreaterThan(200)
  })

  it('[W4] is there for plain names, accents aside, and for no others', () => {
    expect(orderKey('Zoë Krämer 12')).toBeDefined()
    for (const other of ['O’Neil', 'a-b', '日本', 'a\u0363', '1'.repeat(61)]) {
      expect(orderKey(other)).toBeUndefined()
    }
  })
})
