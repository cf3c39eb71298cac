import type { UserId } from 'kith-shared'
import { expect, test } from 'vitest'
import { Presence, type PresenceStamp } from '../../../server/core/presence.js'

const stampOf = (user: string): PresenceStamp => {
  const id = user as UserId // fits the pattern of user ids
  return { id, name: user, email: null, role: 'editor', joinedAt: 0 }
}

/** Somebody shows an id and leaves. */
const visit = (presence: Presence, user: string, session: number, clientId: number) => {
  presence.set(session, { clientId, clock: 5, json: '{}' }, stampOf(user))
  presence.leave(session)
}
const comesBack = (presence: Presence, user: string, clientId: number) =>
  presence.set(1, { clientId, clock: 3, json: '{}' }, stampOf(user))

test('[P7] nobody makes the room forget who else has left', () => {
  const presence = new Presence()
  visit(presence, 'ana', 1, 10)
  for (let n = 0; n < 25_000; n++) visit(presence, 'eve', 2, 100 + n)
  expect(comesBack(presence, 'ana', 10)).toEqual({ clientId: 10, clock: 5, json: 'null' })
  expect(comesBack(presence, 'eve', 100 + 24_999)).toBeDefined()
  expect(comesBack(presence, 'eve', 100)).toBeUndefined()
})

test('[P7] who has left long ago is forgotten where many others came since', () => {
  const presence = new Presence()
  visit(presence, 'ana', 1, 10)
  visit(presence, 'bo', 2, 20)
  for (let n = 0; n < 998; n++) visit(presence, `user-${n}`, 3, 100 + n)
  visit(presence, 'ana', 1, 11)
  visit(presence, 'cy', 1, 30)
  expect(comesBack(presence, 'ana', 10)).toBeDefined()
  expect(comesBack(presence, 'bo', 20)).toBeUndefined()
})
