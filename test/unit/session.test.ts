import { encodeMessage, type Hello, type UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import { type Admittance, HELLO_TIMEOUT, Session } from '../../server/core/session.js'

const hello: Hello = {
  type: 'hello',
  protocol: 1,
  clientId: 10,
  earlierIds: [],
  epoch: 0,
  seq: 0,
  schema: 1,
  token: 'first',
}

const admitted = (
  expiresAt: number,
  userId = 'ana',
  role: 'editor' | 'viewer' = 'editor',
): Admittance => ({
  admittance: 'admitted',
  claims: { userId: userId as UserId, name: 'Ana', email: null, expiresAt },
  role,
})

const open = () => {
  const arrival = { workspaceId: 'team', queryToken: undefined, origin: undefined, address: '' }
  const session = new Session(arrival, { allowQueryToken: true, isAllowedOrigin: () => false })
  session.step({ type: 'opened', now: 0 })
  return session
}

/** In, with a token that ends at 1000, and another one handed in. */
const renewing = () => {
  const session = open()
  session.step({ type: 'frame', bytes: encodeMessage(hello), now: 1 })
  session.step({ type: 'looked-up', admittance: admitted(1000), now: 2 })
  const bytes = encodeMessage({ type: 'token', token: 'second' })
  const effects = session.step({ type: 'frame', bytes, now: 3 })
  expect(effects).toEqual([{ type: 'look-up', workspaceId: 'team', token: 'second' }])
  return session
}

describe('before the welcome', () => {
  test('[P7] a socket that says nothing is closed in time, and not before', () => {
    const session = open()
    expect(session.step({ type: 'tick', now: HELLO_TIMEOUT - 1 })).toEqual([])
    expect(session.step({ type: 'tick', now: HELLO_TIMEOUT })).toEqual([
      { type: 'close', reason: 'hello-timeout' },
    ])
  })

  test('[P4] nothing is read while the token is looked up', () => {
    const session = open()
    const effects = session.step({ type: 'frame', bytes: encodeMessage(hello), now: 1 })
    expect(effects).toEqual([
      { type: 'pause' },
      { type: 'look-up', workspaceId: 'team', token: 'first' },
    ])
  })
})

describe('a renewal', () => {
  test('moves the end of the session, and brings the role of the membership', () => {
    const session = renewing()
    const admittance = admitted(5000, 'ana', 'viewer')
    expect(session.step({ type: 'looked-up', admittance, now: 4 })).toEqual([
      { type: 'role', role: 'viewer' },
    ])
    expect(session.step({ type: 'tick', now: 4999 })).toEqual([])
    expect(session.step({ type: 'tick', now: 5000 })).toContainEqual({
      type: 'close',
      reason: 'token-expired',
    })
  })

  test('[P4] of somebody else ends the session', () => {
    const session = renewing()
    expect(session.step({ type: 'looked-up', admittance: admitted(5000, 'eve'), now: 4 })).toEqual([
      { type: 'leave' },
      { type: 'close', reason: 'not-authenticated' },
    ])
  })

  test('that can’t be checked just now leaves the old token’s end as it is', () => {
    const session = renewing()
    const away: Admittance = { admittance: 'refused', reason: 'storage-away' }
    expect(session.step({ type: 'looked-up', admittance: away, now: 4 })).toEqual([])
    expect(session.step({ type: 'tick', now: 999 })).toEqual([])
    expect(session.step({ type: 'tick', now: 1000 })).toContainEqual({
      type: 'close',
      reason: 'token-expired',
    })
  })
})
