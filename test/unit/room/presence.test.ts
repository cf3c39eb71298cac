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

test.each([
  ['nothing else', '{}', {}],
  ['a claim of the client’s own', '{"user":{"id":"eve"},"a":1}', { a: 1 }],
  ['that alone', ' { "user" : null } ', {}],
  ['one in escaped letters', '{"a":[{"user":2}],"\\u0075ser":7}', { a: [{ user: 2 }] }],
  ['spaces around and within', '\n{ "a" : "}" , "b" : null }\t', { a: '}', b: null }],
  ['only spaces within', '{ \n }', {}],
  ['a prototype', '{"__proto__":{"user":1}}', JSON.parse('{"__proto__":{"user":1}}')],
])('[P4] a state is stamped with whose it is, beside %s', (_, json, others) => {
  const presence = new Presence()
  presence.set(1, { clientId: 10, clock: 1, json }, stampOf('ana'))
  presence.set(1, { clientId: 10, clock: 2, json }, { ...stampOf('ana'), role: 'viewer' })
  const [shown] = presence.takeChanges()
  const { user, ...rest } = JSON.parse(shown?.json ?? '')
  expect(user).toMatchObject({ id: 'ana', name: 'ana', role: 'viewer', color: expect.any(String) })
  expect(rest).toEqual(others)
})
