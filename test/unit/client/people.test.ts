import { expect, test } from 'vitest'
import { othersIn } from '../../../client/core/people.js'

const user = (id: string, joinedAt = 1) => ({
  id,
  name: id,
  email: null,
  role: 'editor',
  joinedAt,
  color: '#000000',
})
const place = { contactId: 'c', field: 'name' }

test('a person with several tabs is one, as present as the most present tab', () => {
  const states = [
    { user: user('bob', 5), status: 'away', editing: null, typing: false },
    { user: user('bob', 3), status: 'idle', editing: place, typing: true },
    { user: user('ana'), status: 'online' },
    { user: user('eve', 4), status: 'online', editing: null, typing: false },
  ]
  expect(othersIn(states, 'ana', [])).toEqual([
    { user: user('bob', 3), status: 'idle', editing: place, typing: true, tabs: 2 },
    { user: user('eve', 4), status: 'online', editing: null, typing: false, tabs: 1 },
  ])
})

test('who has not changed stays the same object, and so does the list', () => {
  const bob = { user: user('bob'), status: 'online', editing: null, typing: false }
  const eve = { user: user('eve', 2), status: 'online', editing: null, typing: false }
  const before = othersIn([bob, eve], 'ana', [])
  expect(othersIn([{ ...bob, cursor: 3 }, eve], 'ana', before)).toBe(before)
  const after = othersIn([bob, { ...eve, typing: true, editing: place }], 'ana', before)
  expect(after[0]).toBe(before[0])
  expect(after[1]).not.toBe(before[1])
})

test('[P4] whatever a client puts into its state, nobody else’s list breaks', () => {
  const states = [
    {},
    { user: 'bob' },
    { user: { id: 3 } },
    { user: user('bob'), status: 7, editing: 'x', typing: true },
  ]
  expect(othersIn(states, 'ana', [])).toEqual([
    { user: user('bob'), status: 'online', editing: null, typing: false, tabs: 1 },
  ])
})
