import { encodeMessage, type Hello, type UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import { BURST_SECONDS } from '../../server/core/pace.js'
import { HELLO_TIMEOUT, LOOK_UP_TIMEOUT, Session } from '../../server/core/session.js'
import type { Admittance } from '../../server/core/session-events.js'

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

const open = (queryToken?: string) => {
  const arrival = { workspaceId: 'team', queryToken, origin: undefined, address: '' }
  const session = new Session(arrival, {
    allowQueryToken: true,
    isAllowedOrigin: () => false,
    messagesPerSecond: 10,
    bytesPerSecond: 1_000,
  })
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

  test('[P7, L1] what came behind the hello is heard once it is let in', () => {
    const session = open()
    session.step({ type: 'frame', bytes: encodeMessage(hello), now: 1 })
    const update = (byte: number) =>
      encodeMessage({ type: 'update', update: new Uint8Array([byte, 0]) })
    expect(session.step({ type: 'frame', bytes: update(1), now: 1 })).toEqual([])
    expect(session.step({ type: 'frame', bytes: update(2), now: 1 })).toEqual([])
    const effects = session.step({ type: 'looked-up', admittance: admitted(1_000), now: 2 })
    expect(effects).toMatchObject([
      { type: 'join' },
      { type: 'forward', message: { update: new Uint8Array([1, 0]) } },
      { type: 'forward', message: { update: new Uint8Array([2, 0]) } },
    ])
  })

  test.each([
    ['large', Array(2).fill(9_000), 'too-large'],
    ['in many frames', Array(200).fill(1), 'too-large'],
    ['no message', [3], 'broken-frame'],
  ])('[P7, L1] and where that is %s it is closed', (_, sizes: number[], reason) => {
    const session = open()
    session.step({ type: 'frame', bytes: encodeMessage(hello), now: 1 })
    const early = sizes.flatMap((size) =>
      session.step({ type: 'frame', bytes: new Uint8Array(size).fill(255), now: 1 }),
    )
    const admittance = admitted(1_000)
    const late = session.step({ type: 'looked-up', admittance, now: 2 })
    expect([...early, ...late]).toContainEqual({ type: 'close', reason })
  })

  test.each([
    ['a hello', undefined],
    ['a ?token=', 'first'],
  ])('[P7] what %s needs is not waited for without end', (_, queryToken) => {
    const session = open(queryToken)
    const bytes = encodeMessage(hello)
    if (queryToken === undefined) session.step({ type: 'frame', bytes, now: 0 })
    expect(session.step({ type: 'tick', now: LOOK_UP_TIMEOUT - 1 })).toEqual([])
    expect(session.step({ type: 'tick', now: LOOK_UP_TIMEOUT })).toEqual([
      { type: 'close', reason: 'overloaded' },
    ])
    const admittance = admitted(100_000)
    expect(session.step({ type: 'looked-up', admittance, now: LOOK_UP_TIMEOUT })).toEqual([])
  })
})

describe('[P7, L3] too fast is no offence', () => {
  const joined = () => {
    const session = open()
    session.step({ type: 'frame', bytes: encodeMessage(hello), now: 0 })
    session.step({ type: 'looked-up', admittance: admitted(100_000), now: 0 })
    return session
  }
  const probe = encodeMessage({ type: 'probe', nonce: 1 })
  const slow = (effects: readonly { type: string }[]) =>
    effects.filter(({ type }) => type === 'slow-down')

  test('many messages are all answered; then the socket rests for as long as they were too many', () => {
    const session = joined()
    const burst = 10 * BURST_SECONDS
    const effects = Array.from({ length: burst + 5 }, () =>
      session.step({ type: 'frame', bytes: probe, now: 0 }),
    ).flat()
    expect(effects.filter(({ type }) => type === 'send')).toHaveLength(burst + 5)
    expect(slow(effects)).toEqual([{ type: 'slow-down', pause: 100 }])
    expect(session.step({ type: 'rested', now: 100 })).toEqual([{ type: 'slow-down', pause: 400 }])
    expect(session.step({ type: 'rested', now: 500 })).toEqual([{ type: 'speed-up' }])
  })

  test('one large message goes through, and what follows waits', () => {
    const session = joined()
    const update = new Uint8Array(1_000 * BURST_SECONDS)
    const bytes = encodeMessage({ type: 'update', update })
    const effects = session.step({ type: 'frame', bytes, now: 0 })
    expect(effects.map(({ type }) => type)).toEqual(['slow-down', 'forward'])
    expect(slow(session.step({ type: 'frame', bytes: probe, now: 1 }))).toEqual([])
  })

  test('pings and presence cost as much as any frame', () => {
    const session = joined()
    const effects = Array.from({ length: 10 * BURST_SECONDS + 1 }, () =>
      session.step({ type: 'control', bytes: 0, now: 0 }),
    ).flat()
    expect(effects).toEqual([{ type: 'slow-down', pause: 100 }])
  })

  test('a steady pace within the limit never rests', () => {
    const session = joined()
    for (let now = 0; now < 60_000; now += 100) {
      expect(slow(session.step({ type: 'frame', bytes: probe, now }))).toEqual([])
    }
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
