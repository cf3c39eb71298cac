import type { UserId } from 'kith-shared'
import { expect, test } from 'vitest'
import { BURST_SECONDS, Pace } from '../../server/core/pace.js'
import {
  MAX_SESSIONS_PER_USER,
  PACES_PER_USER,
  UserSessions,
} from '../../server/core/user-sessions.js'

// Both fit the pattern of user ids.
const ANA = 'ana' as UserId
const BO = 'bo' as UserId
const RULES = { messagesPerSecond: 10, bytesPerSecond: 1_000 }
const BURST = 10 * BURST_SECONDS

const open = () => {
  const users = new UserSessions(RULES)
  const join = (userId: UserId, now = 0): Pace => {
    const ofUser = users.enter(userId, now)
    if (!ofUser) throw new Error('no place')
    return new Pace(RULES, ofUser)
  }
  return { users, join }
}

test('[P7, L3] many sessions of one user are together no faster than a few, and others are not slowed', () => {
  const { join } = open()
  const own = Array.from({ length: 20 }, () => join(ANA))
  const colleague = join(BO)
  const rests = own.map((pace) => {
    let rest = 0
    // Each of them stays within its own pace.
    for (let n = 0; n < BURST; n++) rest = pace.pay(1, 0) || rest
    return rest
  })
  expect(rests.slice(0, PACES_PER_USER)).toEqual(Array(PACES_PER_USER).fill(0))
  expect(rests.slice(PACES_PER_USER).every((rest) => rest > 0)).toBe(true)
  expect(colleague.pay(1, 0)).toBe(0)
  // 16 bursts are owed, and 4 sessions' pace pays for them.
  const owed = ((20 - PACES_PER_USER) * BURST * 1_000) / (10 * PACES_PER_USER)
  expect(own.at(-1)?.rest(owed - 1_000)).toBeGreaterThan(0)
  expect(own.at(-1)?.rest(owed + 1)).toBe(0)
})

test('[P7, L2] one user’s sessions have a bound, and a place is free again when one has left', () => {
  const { users } = open()
  for (let n = 0; n < MAX_SESSIONS_PER_USER; n++) expect(users.enter(ANA, 0)).toBeDefined()
  expect(users.enter(ANA, 0)).toBeUndefined()
  expect(users.enter(BO, 0)).toBeDefined()
  users.leave(ANA)
  expect(users.enter(ANA, 0)).toBeDefined()
  expect(users.enter(ANA, 0)).toBeUndefined()
})

test('[P7, L3] what is owed is owed also by who leaves and comes again; then it is forgotten', () => {
  const { users, join } = open()
  join(ANA).pay(2 * PACES_PER_USER * 1_000 * BURST_SECONDS, 0)
  users.leave(ANA)
  const halfPaid = BURST_SECONDS * 500
  users.tick(halfPaid)
  expect(join(ANA, halfPaid).pay(1, halfPaid)).toBeGreaterThan(0)
  users.leave(ANA)
  users.tick(3 * BURST_SECONDS * 1_000)
  expect(users.count).toBe(0)
})
