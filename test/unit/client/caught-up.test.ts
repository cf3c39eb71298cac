import {
  type ContactId,
  createContact,
  type DocumentChange,
  DocumentIndex,
  setField,
} from 'kith-shared'
import { describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { ActivityFeed } from '../../../client/activity-feed.js'
import type { Activity, CaughtUp } from '../../../client/api.js'
import { Incoming } from '../../../client/incoming.js'

const contactId = 'grace' as ContactId
const CHANGES: readonly DocumentChange[] = [
  { type: 'contact-updated', contactId, changes: { company: { before: 'Navy', after: 'Fleet' } } },
]

describe('what came as a whole', () => {
  it('[W61] is heard as values before and after, with its row and without an author', () => {
    const told: (Activity | CaughtUp)[] = []
    const feed = new ActivityFeed('team', {
      activity: (activity) => told.push(activity),
      caughtUp: (caughtUp) => told.push(caughtUp),
    })
    for (const type of ['device', 'rebuilt'] as const) {
      feed.follow(CHANGES, { local: false, origin: new Incoming({ type }) })
    }
    expect(told).toEqual([])
    feed.follow(CHANGES, { local: false, origin: new Incoming({ type: 'snapshot', seq: 7 }) })
    expect(told).toEqual([
      {
        seq: 7,
        changes: [
          {
            type: 'contact_updated',
            payload: { contactId, changes: { company: { before: 'Navy', after: 'Fleet' } } },
          },
        ],
      },
    ])
  })

  it('[V12] is read where somebody asks what it is, and by nobody else', () => {
    const { index, told } = followed()
    const doc = new Y.Doc()
    doc.transact(() => {
      for (let n = 0; n < 50; n++) doc.getMap('contacts').set(`c${n}`, { name: 'Ana' })
    })
    const reads = vi.spyOn(index, 'contact')
    index.replace(doc, new Incoming({ type: 'snapshot', seq: 7 }))
    const read = () => reads.mock.results.filter(({ value }) => value !== undefined).length
    expect(told).toMatchObject([{ seq: 7 }])
    expect(read()).toBe(0)
    expect(told).toMatchObject([{ seq: 7, changes: { length: 50 } }])
    expect(read()).toBe(50)
  })
})

describe('what was edited here', () => {
  it('[P2] is told, once it is committed, as it was when it was done', () => {
    const { doc, feed, told } = followed()
    createContact(doc, contactId, { name: 'Grace' }, { now: 1, newId: () => 'e' })
    feed.isEdit('first')
    setField(doc, contactId, 'name', 'Grace Hopper')
    feed.isEdit('second')
    feed.settle([{ id: 'first', seq: 1 }])
    feed.reached(1, ME)
    expect(told).toMatchObject([
      { type: 'contact_created', payload: { contact: { name: 'Grace' } }, seq: 1 },
    ])
  })
})

const ME = { id: 'ana', name: 'Ana' }

const followed = () => {
  const told: (Activity | CaughtUp)[] = []
  const feed = new ActivityFeed('team', {
    activity: (activity) => told.push(activity),
    caughtUp: (caughtUp) => told.push(caughtUp),
  })
  const doc = new Y.Doc()
  const index = new DocumentIndex(doc)
  index.start()
  index.subscribe(feed.follow)
  return { doc, index, feed, told }
}
