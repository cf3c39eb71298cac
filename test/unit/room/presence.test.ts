import fc from 'fast-check'
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

/** A key as it may stand in JSON: `\u0075ser` is `user`, too. */
const keyText = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('user', '__proto__', 'constructor', 'toJSON', 'a') },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
    ),
    fc.boolean(),
  )
  .map(([key, isEscaped]) => (isEscaped ? escaped(key) : JSON.stringify(key)))
const escaped = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, n) => `\\u${hexOf(text.charCodeAt(n))}`).join('')}"`
const hexOf = (unit: number): string => unit.toString(16).padStart(4, '0')

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 2 })
const leaf = fc.constantFrom('1', '-0', '1e3', 'null', '"}"', '"\\"user\\":"', '[]', '{}', '[[{}]]')
const { state } = fc.letrec<{ state: string; value: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, tie('state')),
  state: fc
    .array(fc.tuple(space, keyText, space, space, tie('value'), space), { maxLength: 5 })
    .map((members) =>
      members.map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`).join(','),
    )
    .map((members) => `{${members}}`),
}))
/** Most of them with something broken at one place. */
const broken = fc
  .tuple(
    state,
    fc.nat(),
    fc.constantFrom('', ',', '"', '}', '{', '\\', '\u0000', '\u00a0', '\ufeff'),
  )
  .map(
    ([text, at, put]) =>
      text.slice(0, at % (text.length + 1)) + put + text.slice(1 + (at % (text.length + 1))),
  )

test('[P4] whatever text a state is, it is what JSON says it is, and its user the server’s', () => {
  const stamp = { ...stampOf('ana'), name: 'An"a\\', email: 'a@b.example' }
  fc.assert(
    fc.property(fc.tuple(space, fc.oneof(state, broken), space), ([before, text, after]) => {
      const json = before + text + after
      const presence = new Presence()
      presence.set(1, { clientId: 10, clock: 1, json }, stamp)
      const shown = presence.takeChanges()[0]?.json
      const meant = objectIn(json)
      if (!meant) {
        expect(shown).toBeUndefined()
        return
      }
      const { user, ...others } = JSON.parse(shown ?? '')
      expect(user).toEqual({ ...stamp, color: expect.any(String) })
      // No second one: who reads the first of two would take it for the server's.
      expect(JSON.parse(withoutLastUser(shown ?? ''))).not.toHaveProperty('user')
      const { user: _, ...theirs } = meant
      expect(JSON.stringify(others)).toBe(JSON.stringify(theirs))
    }),
    { numRuns: 3_000 },
  )
})

const withoutLastUser = (json: string): string =>
  `${json.slice(0, json.lastIndexOf('"user":{"id":"ana"')).replace(/,$/, '')}}`

const objectIn = (json: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(json)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined // an object that JSON gave
  } catch {
    return undefined
  }
}
