import { describe, expect, test } from 'vitest'
import type { Member } from '../../../demo/src/directory/directory-answers.js'
import { memberOrder, ownersIn } from '../../../demo/src/members/member-order.js'
import { expiryWords, usesWords } from '../../../demo/src/workspaces/time-words.js'
import { nameProblem } from '../../../demo/src/workspaces/workspace-name.js'

const HOUR = 3_600_000

describe('a link', () => {
  test.each([
    [-1, 'expired'],
    [0, 'expired'],
    [HOUR - 1, 'expires within the hour'],
    [HOUR, 'expires in 1 hour'],
    [24 * HOUR, 'expires in 24 hours'],
    [48 * HOUR, 'expires in 2 days'],
    [168 * HOUR - 1, 'expires in 7 days'],
    [720 * HOUR, 'expires in 30 days'],
  ])('with %i ms left %s', (left, words) => {
    expect(expiryWords(1_000_000 + left, 1_000_000)).toBe(words)
  })

  test.each([
    [0, 'not used yet'],
    [1, 'used once'],
    [1200, 'used 1,200 times'],
  ])('followed by %i people is %s', (uses, words) => {
    expect(usesWords(uses)).toBe(words)
  })
})

describe('members', () => {
  const member = (userId: string, role: Member['role'], name = userId): Member => ({
    userId,
    name,
    role,
    email: null,
    joinedAt: 0,
  })

  test('come in the order of what they may do, after myself', () => {
    const members = [
      member('aaron', 'viewer'),
      member('bo', 'editor'),
      member('ana', 'owner'),
      member('eva', 'editor', 'Änne'),
      member('me', 'viewer'),
    ]
    const order = memberOrder(members, 'me').map(({ userId }) => userId)
    expect(order).toEqual(['me', 'ana', 'eva', 'bo', 'aaron'])
    expect(ownersIn(members)).toBe(1)
  })
})

describe('a workspace’s name', () => {
  test.each([
    ['Harbour Books', undefined],
    [' ', 'A workspace needs a name.'],
    ['x'.repeat(201), 'A name has at most 200 characters.'],
  ])('%s', (name, problem) => {
    expect(nameProblem(name)).toBe(problem)
  })
})
