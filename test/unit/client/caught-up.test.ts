import type { ContactId, DocumentChange } from 'kith-shared'
import { describe, expect, it } from 'vitest'
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
})
