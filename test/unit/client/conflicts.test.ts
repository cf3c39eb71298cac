import { beforeEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { ConflictBook } from '../../../client/conflicts.js'
import { Incoming } from '../../../client/incoming.js'
import { TYPING } from '../../../client/undo/origins.js'

const PLACE = { contactId: 'c1', field: 'title' }

/** One tab, and what it has not sent. */
class Tab {
  readonly doc = new Y.Doc()
  readonly book: ConflictBook
  readonly userId: string
  now = 1_000_000
  sent: Uint8Array[] = []

  constructor(userId: string, clientId: number) {
    this.userId = userId
    this.doc.clientID = clientId
    this.book = new ConflictBook(this.doc, userId, () => this.now)
    this.book.start()
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (!(origin instanceof Incoming)) this.sent.push(update)
    })
  }

  writes(value: unknown, key = 'c1/title', origin?: unknown): void {
    this.doc.transact(() => this.doc.getMap('fields').set(key, value), origin)
  }

  get shown(): unknown {
    return this.doc.getMap('fields').get('c1/title')
  }

  /** What another tab has sent, as the server's rows. */
  hears(from: Tab, updates = from.sent): void {
    for (const update of updates) {
      const author = { id: from.userId, name: from.userId }
      const row = { author, committedAt: 1, update }
      Y.applyUpdate(this.doc, update, new Incoming({ type: 'row', seq: 1, row }))
    }
  }
}

let ana: Tab
let ben: Tab
beforeEach(() => {
  ana = new Tab('ana', 1)
  ben = new Tab('ben', 2)
})

const meet = (): void => {
  const [fromAna, fromBen] = [ana.sent.splice(0), ben.sent.splice(0)]
  ben.hears(ana, fromAna)
  ana.hears(ben, fromBen)
}
const BEN = { id: 'ben', name: 'ben' }
const ANA = { id: 'ana', name: 'ana' }

describe('two people who write one field', () => {
  test('[U7] without having seen each other are both told of the value that does not show', () => {
    ana.writes('CEO')
    ben.writes('CTO')
    // Weeks apart: what counts is that neither had seen the other's.
    ana.now += 1e9
    meet()
    // Of two writes at once Yjs keeps that of the higher client id.
    expect([ana.shown, ben.shown]).toEqual(['CTO', 'CTO'])
    expect(ana.book.of(PLACE)).toEqual({ value: 'CEO', by: BEN, isMine: true })
    expect(ben.book.of(PLACE)).toEqual({ value: 'CEO', by: ANA, isMine: false })
  })

  test('[U7] and write the same, are told nothing', () => {
    ana.writes({ value: 'a@b' })
    ben.writes({ value: 'a@b' })
    meet()
    expect([ana.book.of(PLACE), ben.book.of(PLACE)]).toEqual([undefined, undefined])
  })

  test('[U7] one after the other are told where there was hardly time to see it', () => {
    ana.writes('CEO')
    meet()
    ben.writes('CTO')
    meet()
    expect(ana.book.of(PLACE)).toEqual({ value: 'CEO', by: BEN, isMine: true })
    expect(ben.book.of(PLACE)).toBeUndefined()
  })

  test('[U7] one after the other, in their own time, are told nothing', () => {
    ana.writes('CEO')
    meet()
    ana.now += 10_000
    ben.writes('CTO')
    ben.writes('CFO')
    meet()
    expect(ana.shown).toBe('CFO')
    expect(ana.book.of(PLACE)).toBeUndefined()
  })

  test('[U7] are told of an entry of a list as one value, and of no other field', () => {
    const entry = { label: '', value: 'a@b' }
    ana.writes(entry, 'c1/emails/e1')
    ben.writes({ label: '', value: 'x@y' }, 'c1/emails/e1')
    meet()
    expect(ana.book.of({ contactId: 'c1', field: 'emails/e1/value' })?.value).toEqual(entry)
    expect(ana.book.of(PLACE)).toBeUndefined()
  })

  test('[U7] of one user are not two people', () => {
    const phone = new Tab('ana', 3)
    ana.writes('CEO')
    phone.writes('CTO')
    ana.hears(phone)
    expect(ana.shown).toBe('CTO')
    expect(ana.book.of(PLACE)).toBeUndefined()
  })
})

describe('a notice', () => {
  const conflict = (): void => {
    ana.writes('CEO')
    ben.writes('CTO')
    meet()
  }

  test('[U7] goes when it is dismissed, and when its person writes the field again', () => {
    conflict()
    let told = 0
    ana.book.onChange(() => told++)
    ana.book.dismiss(PLACE)
    ana.book.dismiss(PLACE)
    expect([ana.book.of(PLACE), told]).toEqual([undefined, 1])
    ben.writes('CTO, at last')
    expect(ben.book.of(PLACE)).toBeUndefined()
  })

  test('[U7] stays for who has won and goes on typing', () => {
    conflict()
    ben.writes('CTO of', 'c1/title', TYPING)
    expect(ben.book.of(PLACE)).toMatchObject({ value: 'CEO' })
  })

  test('[U7] tells of a value that was overwritten by what was typed over it unseen', () => {
    ben.writes('CTO')
    meet()
    ana.writes('CEO', 'c1/title', TYPING)
    expect(ana.book.of(PLACE)).toBeUndefined()
    ana.book.overwrote(PLACE)
    expect(ana.book.of(PLACE)).toEqual({ value: 'CTO', by: BEN, isMine: false })
  })

  test('[U7] comes also after another document has taken the place of the one written in', () => {
    ana.writes('CEO')
    const next = new Y.Doc()
    next.clientID = 4
    next.getMap('fields').set('c1/title', 'CEO')
    ana.book.replace(next)
    const other = new Y.Doc()
    other.clientID = 9
    other.getMap('fields').set('c1/title', 'CTO')
    const row = { author: BEN, committedAt: 1, update: Y.encodeStateAsUpdate(other) }
    Y.applyUpdate(next, row.update, new Incoming({ type: 'row', seq: 2, row }))
    expect(ana.book.of(PLACE)).toEqual({ value: 'CEO', by: BEN, isMine: true })
  })
})
