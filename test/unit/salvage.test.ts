/** What is left of a document where rows of its journal are lost. */
import fc from 'fast-check'
import { type ClientId, CONTACTS, FIELDS } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { readIndex } from '../../server/core/documents.js'
import { decodeIndex } from '../../server/core/index-codec.js'
import { type Salvage, salvage } from '../../server/core/salvage.js'

const OPENING = 77 as ClientId

const load = (...updates: Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

/** Rows as a journal holds them: what some people did, one update each, on what they all know. */
class Journal {
  readonly rows: { seq: number; update: Uint8Array }[] = []
  readonly #people = new Map<number, Y.Doc>()

  constructor(ids: readonly number[]) {
    for (const id of ids) {
      const doc = new Y.Doc()
      doc.clientID = id
      this.#people.set(id, doc)
    }
  }

  do(id: number, change: (doc: Y.Doc) => void): number {
    const doc = this.#people.get(id)
    if (!doc) throw new Error(`nobody is ${id}`)
    let update = new Uint8Array()
    doc.once('update', (made: Uint8Array) => {
      update = new Uint8Array(made)
    })
    doc.transact(() => change(doc))
    for (const other of this.#people.values()) if (other !== doc) Y.applyUpdate(other, update)
    return this.rows.push({ seq: this.rows.length + 1, update })
  }

  field(id: number, key: string, value: unknown): number {
    return this.do(id, (doc) => doc.getMap(FIELDS).set(key, value))
  }

  without(...seqs: number[]): Salvage {
    const rows = this.rows.filter(({ seq }) => !seqs.includes(seq))
    const left = salvage({ document: undefined, rows, earlier: undefined, clientId: OPENING })
    if (!left) throw new Error('nothing is left')
    return left
  }
}

const fieldsOf = ({ opening }: Salvage): Record<string, unknown> =>
  load(opening.document).getMap(FIELDS).toJSON()

describe('salvage', () => {
  it('[K3] keeps what the author of a lost row wrote afterwards about something else', () => {
    const journal = new Journal([1, 2])
    journal.field(1, 'a/name', 'Ana')
    const lost = journal.field(1, 'b/name', 'Bo')
    journal.field(1, 'c/name', 'Cem')
    journal.field(2, 'd/name', 'Dora')
    const left = journal.without(lost)
    expect(fieldsOf(left)).toEqual({ 'a/name': 'Ana', 'c/name': 'Cem', 'd/name': 'Dora' })
    expect(left.incomplete).toEqual([])
  })

  it('[K3] names the rows that build on a lost one, and shows what was there before', () => {
    const journal = new Journal([1, 2])
    journal.field(1, 'a/name', 'Ana')
    const lost = journal.field(1, 'a/name', 'Anna')
    const above = journal.field(2, 'a/name', 'Annah')
    const left = journal.without(lost)
    expect(left.incomplete).toEqual([above])
    expect(fieldsOf(left)).toEqual({ 'a/name': 'Ana' })
  })

  it('[K3] keeps letters whose neighbours are there', () => {
    const journal = new Journal([1, 2])
    journal.do(1, (doc) => doc.getText('about/a').insert(0, 'one three'))
    const lost = journal.do(2, (doc) => doc.getText('about/a').insert(4, 'two '))
    journal.do(1, (doc) => doc.getText('about/a').insert(0, '> '))
    journal.do(2, (doc) => doc.getText('about/a').insert(15, '!'))
    const left = journal.without(lost)
    expect(load(left.opening.document).getText('about/a').toString()).toBe('> one three!')
  })

  it('[K3] leaves a closing state as any other: whole, and with an index', () => {
    const journal = new Journal([1, 2])
    const lost = journal.field(1, 'a/name', 'Ana')
    journal.field(2, 'a/name', 'Anna')
    journal.field(2, 'b/name', 'Bo')
    const { closing } = journal.without(lost)
    const doc = load(closing.document)
    expect(doc.store.pendingStructs).toBeNull()
    expect(readIndex(Y.encodeStateAsUpdate(doc))).toBeDefined()
    expect(decodeIndex(closing.index)?.index.clock(1 as ClientId)).toBe(Y.getState(doc.store, 1))
    // To who still has the lost row nothing else of it is new: what is lost is deleted there, too.
    const whole = load(...journal.rows.map(({ update }) => update))
    const clocks = Y.encodeStateVector(whole)
    Y.applyUpdate(whole, closing.document)
    expect(Y.encodeStateVector(whole)).toEqual(clocks)
    expect(whole.getMap(FIELDS).toJSON()).toEqual({ 'b/name': 'Bo' })
  })

  it('[K3] puts what is left over an earlier state, where none of this epoch is', () => {
    const earlier = load()
    earlier.getMap(FIELDS).set('a/name', 'Ana')
    earlier.getMap(FIELDS).set('b/name', 'Bo')
    earlier.getText('about/a').insert(0, 'Hello')
    const journal = new Journal([1])
    journal.field(1, 'b/name', 'Bob')
    const left = salvage({
      document: undefined,
      rows: journal.rows,
      earlier: Y.encodeStateAsUpdate(earlier),
      clientId: OPENING,
    })
    expect(left && fieldsOf(left)).toEqual({ 'a/name': 'Ana', 'b/name': 'Bob' })
    expect(left && load(left.opening.document).getText('about/a').toString()).toBe('Hello')
  })

  it('[K3] of any history, keeps all that does not build on what is lost', () => {
    const step = fc.record({
      who: fc.constantFrom(1, 2, 3),
      key: fc.constantFrom('a/name', 'b/name', 'c/name', 'd/name'),
      lost: fc.integer({ min: 0, max: 4 }).map((roll) => roll === 0),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const journal = new Journal([1, 2, 3])
        const contacts: string[] = []
        const tainted = new Set<string>()
        const wanted: Record<string, string> = {}
        const lost: number[] = []
        steps.forEach(({ who, key, lost: isLost }, at) => {
          const seq = journal.field(who, key, `${at}`)
          if (isLost) {
            lost.push(seq)
            // Each later value of the key is written above the lost one.
            tainted.add(key)
          } else if (!tainted.has(key)) wanted[key] = `${at}`
          const contact = journal.do(who, (doc) =>
            doc.getMap(CONTACTS).set(`n${at}`, { name: 'N' }),
          )
          contacts.push(`n${at}`)
          expect(contact).toBe(seq + 1)
        })
        const left = journal.without(...lost)
        expect(fieldsOf(left)).toEqual(wanted)
        const there = load(left.opening.document).getMap(CONTACTS)
        expect([...there.keys()].sort()).toEqual(contacts.sort())
      }),
    )
  })
})
