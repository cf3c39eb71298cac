import { describe, expect, test } from 'vitest'
import {
  type FailureReason,
  failureOf,
  failureWords,
  passes,
} from '../../../demo/src/directory/failure.js'

const TABLE: [status: number, reason: string | undefined, FailureReason][] = [
  [400, undefined, 'not-taken'],
  [401, undefined, 'not-signed-in'],
  [403, 'not-a-member', 'not-a-member'],
  [403, 'not-allowed', 'not-allowed'],
  [403, 'foreign-origin', 'foreign-origin'],
  [404, 'absent', 'absent'],
  [409, 'last-owner', 'last-owner'],
  [409, 'limit', 'limit'],
  [413, undefined, 'not-taken'],
  [415, undefined, 'not-taken'],
  [429, undefined, 'too-fast'],
  [500, undefined, 'failed'],
  [502, undefined, 'away'],
  [503, 'away', 'away'],
  [504, undefined, 'away'],
  [418, 'last-owner', 'failed'],
]

describe('what the server says no with', () => {
  test.each(TABLE)('%i %s means %s', (status, reason, meant) => {
    const failure = failureOf(status, { type: 'about:blank', title: 'No', status, reason })
    expect(failure.reason).toBe(meant)
    expect(failureWords(failure)).toMatch(/^[A-Z].*\.$/)
  })

  test.each([undefined, null, 'last-owner', [], { reason: 7 }])(
    'may be anything, such as %j',
    (problem) => {
      expect(failureOf(403, problem).reason).toBe('not-a-member')
      expect(failureOf(409, problem).reason).toBe('limit')
    },
  )

  test('tells when to ask again, where it does', () => {
    expect(failureOf(503, {}, '5').retryAfter).toBe(5000)
    for (const value of [null, '', 'Sun, 22 Nov 2026 00:00:00 GMT', '-1', '1e3']) {
      expect(failureOf(503, {}, value).retryAfter).toBeUndefined()
    }
  })

  test('asking again by itself is for what passes', () => {
    const passing = TABLE.filter(([status, reason]) => passes(failureOf(status, { reason })))
    expect([...new Set(passing.map(([, , meant]) => meant))]).toEqual(['too-fast', 'away'])
  })
})
