import { describe, expect, test } from 'vitest'
import { Play, tokenOf, tokenUntil } from './connection-script.js'

describe('coming in', () => {
  test('[P3] waits for the device before it asks for a token', () => {
    const play = new Play().happens({ type: 'connect' })
    expect(play.phase).toBe('loading: reading-device')
    expect(play.done).toEqual([])
    play.happens({ type: 'loaded', epoch: 1, seq: 4 })
    expect(play.phase).toBe('connecting: asking-token')
    expect(play.find('ask-token')).toMatchObject({ reason: 'connect' })
  })

  test('says hello with what it holds and what it has not sent, and nothing before the welcome', () => {
    const play = new Play().loads(2, 40).getsToken('secret')
    expect(play.done).toEqual(['open'])
    play.opens()
    expect(play.done).toEqual(['send'])
    expect(play.find('send')?.message).toEqual({
      type: 'hello',
      protocol: 1,
      clientId: 7,
      earlierIds: [5],
      epoch: 2,
      seq: 40,
      schema: 1,
      token: 'secret',
    })
  })

  test('is live at once where nothing was missed', () => {
    const play = new Play().loads(1, 4).getsToken().opens().isWelcomed({ head: 4 })
    expect(play.phase).toBe('live: live')
    expect(play.done).toEqual(['welcomed'])
  })

  test('[P5] is not live before the last row that the welcome named', () => {
    const play = new Play().loads(1, 4).getsToken().opens().isWelcomed({ head: 7 })
    expect(play.phase).toBe('syncing: tail')
    expect(play.getsRows(5, 2).phase).toBe('syncing: tail')
    expect(play.getsRows(7, 1).phase).toBe('live: live')
    expect(play.state.cursor).toEqual({ epoch: 1, seq: 7 })
  })

  test('puts a snapshot together from its chunks before it applies any of it', () => {
    const play = new Play().loads().getsToken().opens().isWelcomed({ head: 9, follows: 'snapshot' })
    const chunk = { type: 'snapshot-chunk', epoch: 1, seq: 8, total: 3 } as const
    play.hears({ ...chunk, offset: 0, bytes: new Uint8Array([1, 2]) })
    expect(play.done).toEqual([])
    expect(play.phase).toBe('syncing: snapshot')
    play.hears({ ...chunk, offset: 2, bytes: new Uint8Array([3]) })
    expect(play.find('apply-snapshot')).toMatchObject({ seq: 8, update: new Uint8Array([1, 2, 3]) })
    expect(play.getsRows(9, 1).phase).toBe('live: live')
  })

  test('an empty snapshot is a workspace without one', () => {
    const play = new Play().loads().getsToken().opens().isWelcomed({ follows: 'snapshot' })
    play.hears({
      type: 'snapshot-chunk',
      epoch: 1,
      seq: 0,
      total: 0,
      offset: 0,
      bytes: new Uint8Array(),
    })
    expect(play.done).toEqual([])
    expect(play.phase).toBe('live: live')
  })

  test.each([
    ['a chunk twice', 0, 2],
    ['a chunk too far', 3, 1],
    ['more than was announced', 2, 5],
  ])('takes no snapshot with %s', (_, offset, length) => {
    const play = new Play().loads().getsToken().opens().isWelcomed({ follows: 'snapshot' })
    const chunk = { type: 'snapshot-chunk', epoch: 1, seq: 8, total: 4 } as const
    play.hears({ ...chunk, offset: 0, bytes: new Uint8Array(2) })
    play.hears({ ...chunk, offset, bytes: new Uint8Array(length) })
    expect(play.phase).toBe('offline: broken-server')
    expect(play.find('close')?.code).toBe(4400)
  })
})

describe('rows', () => {
  test('skips those that it holds by their seq', () => {
    const play = new Play().loads(1, 4).getsToken().opens().isWelcomed({ head: 6 })
    play.getsRows(3, 4)
    expect(play.find('apply-rows')).toMatchObject({ firstSeq: 5 })
    expect(play.find('apply-rows')?.rows).toHaveLength(2)
    expect(play.getsRows(2, 3).done).toEqual([])
  })

  test('ends the connection at a hole, and comes back for what it lacks', () => {
    const play = new Play().goesLive().passes(9_000).getsRows(2, 1)
    expect(play.phase).toBe('offline: hole')
    expect(play.done).toEqual(['close', 'forget-token', 'ended'])
    play.fires('retry').getsToken().opens()
    expect(play.find('send')?.message).toMatchObject({ type: 'hello', seq: 0 })
  })

  test('takes none of another epoch', () => {
    expect(new Play().goesLive().getsRows(1, 1, 2).phase).toBe('offline: broken-server')
  })

  test('hands on what acknowledges, refuses and asks', () => {
    const play = new Play().goesLive()
    expect(play.hears({ type: 'ack', count: 3, seq: 9 }).effects).toEqual([
      { type: 'settled', count: 3, seq: 9 },
    ])
    expect(play.hears({ type: 'reject', ordinal: 4, reason: 'gap' }).effects).toEqual([
      { type: 'rejected', ordinal: 4, reason: 'gap' },
    ])
    const stateVector = new Uint8Array([0])
    expect(play.hears({ type: 'sync-step-1', stateVector }).done).toEqual(['asked-for-more'])
  })
})

describe('a lost connection', () => {
  test('[C3] that lasted is tried again within a second, by chance', () => {
    const play = new Play().goesLive().passes(6_000)
    play.random = 0.25
    play.isCut()
    expect(play.phase).toBe('offline: connection-lost')
    expect(play.done).toEqual(['forget-token', 'ended'])
    expect(play.timers.get('retry')).toBe(play.now + 250)
    expect(play.fires('retry').phase).toBe('connecting: asking-token')
  })

  test('[C2] waits longer from try to try, never past 30 s, and by chance', () => {
    const play = new Play().loads()
    play.random = 0.999999
    play.isVisible = false
    const waits: number[] = []
    for (let n = 0; n < 7; n++) {
      play.getsToken().isCut()
      waits.push(Math.round((play.timers.get('retry') ?? 0) - play.now))
      play.fires('retry')
    }
    expect(waits).toEqual([3_000, 6_000, 12_000, 24_000, 30_000, 30_000, 30_000])
    play.random = 0
    play.getsToken().isCut()
    expect(play.timers.get('retry')).toBe(play.now)
  })

  test('[C4] a page that is seen waits 3 s at most at first, then a fifth of the time away', () => {
    const play = new Play().goesLive().passes(6_000)
    const lostAt = play.now
    play.random = 0.999999
    play.isCut()
    while (play.now - lostAt < 300_000) {
      play.fires('retry').getsToken().isCut()
      const away = play.now - lostAt
      const wait = (play.timers.get('retry') ?? 0) - play.now
      expect(wait).toBeLessThanOrEqual(Math.min(30_000, Math.max(3_000, away / 5)))
      expect(wait).toBeGreaterThan(Math.min(30_000, Math.max(3_000, away / 5)) * 0.9)
    }
  })

  test('[C4] whoever uses the page is served after 3 s, whatever is left of a long wait', () => {
    const play = new Play().loads()
    play.isVisible = false
    play.random = 0.999999
    for (let n = 0; n < 6; n++) play.getsToken().isCut().fires('retry')
    play.getsToken().isCut()
    expect(play.passes(2_999).happens({ type: 'activity' }).phase).toBe('offline: unreachable')
    expect(play.passes(1).happens({ type: 'activity' }).phase).toBe('connecting: asking-token')
  })

  test.each(['overloaded', 'too-many-connections', 'storage-away'] as const)(
    '[C4] nobody’s haste goes against a server that said %s',
    (reason) => {
      const play = new Play().loads()
      play.random = 0.999999
      for (let n = 0; n < 5; n++) play.getsToken().opens().isClosed(reason).fires('retry')
      play.getsToken().opens().isClosed(reason)
      expect((play.timers.get('retry') ?? 0) - play.now).toBeGreaterThan(29_000)
      const { phase } = play
      expect(play.passes(20_000).happens({ type: 'activity' }).phase).toBe(phase)
    },
  )

  test('a server that is there and drops everybody at once is not asked in a loop', () => {
    const play = new Play().goesLive().isCut()
    expect(play.phase).toBe('offline: connection-lost')
    expect(play.timers.get('retry')).toBe(play.now + 1_500)
  })

  test('comes back with jitter after a restart, and not before the server said', () => {
    const play = new Play().goesLive().passes(9_000)
    play.hears({ type: 'notice', notice: 'draining', retryAfter: 4_000 }).isClosed('restarting')
    expect(play.phase).toBe('offline: restarting')
    expect(play.timers.get('retry')).toBe(play.now + 4_000 + 1_500)
  })

  test('[C3] heeds what the server said also where it is cut before it closes', () => {
    const play = new Play().goesLive().passes(9_000)
    play.hears({ type: 'notice', notice: 'draining', retryAfter: 4_000 }).isCut()
    expect(play.timers.get('retry')).toBe(play.now + 4_000 + 1_500)
  })

  test('[C3] heeds no hint beyond a minute', () => {
    const play = new Play().goesLive().passes(9_000)
    play.hears({ type: 'notice', notice: 'draining', retryAfter: 2 ** 40 }).isClosed('restarting')
    expect(play.timers.get('retry')).toBe(play.now + 60_000 + 1_500)
  })

  test('says that the server has no storage', () => {
    const play = new Play().loads().getsToken().opens().isClosed('storage-away')
    expect(play.phase).toBe('storage-error: storage-away')
    expect(play.fires('retry').find('ask-token')).toMatchObject({ reason: 'connect' })
  })

  test.each(['wake', 'online', 'connect'] as const)('[C2] is tried at once on %s', (act) => {
    const play = new Play().loads().getsToken().isCut().fires('retry').getsToken().isCut()
    expect(play.phase).toBe('offline: unreachable')
    if (act === 'online') play.happens({ type: 'network', network: 'up' })
    else play.happens({ type: act })
    expect(play.phase).toBe('connecting: asking-token')
    expect(play.timers.has('retry')).toBe(false)
  })

  test('without a network says so', () => {
    const play = new Play().goesLive().happens({ type: 'network', network: 'down' })
    expect(play.find('send')?.message).toMatchObject({ type: 'probe' })
    expect(play.fires('deadline').phase).toBe('offline: no-network')
  })

  test('a socket that never opens is given up', () => {
    const play = new Play().loads().getsToken()
    const before = play.now
    play.fires('deadline')
    expect(play.now - before).toBe(15_000)
    expect(play.phase).toBe('offline: unreachable')
    expect(play.done).toContain('close')
  })

  test('ignores what an older socket still says', () => {
    const play = new Play().goesLive().passes(6_000)
    const old = play.state.socket
    play.isCut().fires('retry').getsToken().opens()
    play.happens({ type: 'closed', socket: old, code: 1006, text: '' })
    expect(play.phase).toBe('connecting: greeting')
    play.happens({ type: 'message', socket: old, message: { type: 'ack', count: 1, seq: 1 } })
    expect(play.done).toEqual([])
  })

  test('by wish stays away until it is wished otherwise', () => {
    const play = new Play().goesLive().happens({ type: 'disconnect' })
    expect(play.phase).toBe('offline: disconnected')
    expect(play.timers.size).toBe(0)
    expect(play.happens({ type: 'wake' }).phase).toBe('offline: disconnected')
    expect(play.happens({ type: 'network', network: 'up' }).phase).toBe('offline: disconnected')
    expect(play.happens({ type: 'connect' }).phase).toBe('connecting: asking-token')
  })

  test('by wish while the device is read begins nothing', () => {
    const play = new Play().happens({ type: 'connect' }).happens({ type: 'disconnect' })
    play.happens({ type: 'loaded', epoch: 0, seq: 0 })
    expect(play.phase).toBe('offline: disconnected')
    expect(play.done).toEqual([])
  })
})

describe('a silent socket', () => {
  test('[C5] is found dead within 2 s of waking, and the next try comes at once', () => {
    const play = new Play().goesLive().passes(60_000).happens({ type: 'wake' })
    expect(play.find('send')?.message).toMatchObject({ type: 'probe' })
    const woken = play.now
    play.fires('deadline')
    expect(play.now - woken).toBe(2_000)
    expect(play.done).toContain('close')
    expect(play.phase).toBe('connecting: asking-token')
  })

  test('[C5] is found dead within 2 s of the first key after a sleep that nobody told of', () => {
    const play = new Play().goesLive().passes(39_999).happens({ type: 'activity' })
    expect(play.done).toEqual([])
    play.passes(1).happens({ type: 'activity' })
    expect(play.done).toEqual(['send'])
    expect(play.timers.get('deadline')).toBe(play.now + 2_000)
    expect(play.happens({ type: 'activity' }).effects).toEqual([])
  })

  test('[C5] is found dead as soon also where its heartbeat came before the key', () => {
    const play = new Play().goesLive().passes(60_000).fires('heartbeat')
    expect(play.timers.get('deadline')).toBe(play.now + 10_000)
    play.happens({ type: 'activity' })
    expect(play.timers.get('deadline')).toBe(play.now + 2_000)
    expect(play.happens({ type: 'activity' }).effects).toEqual([])
  })

  test('that answers anything lives on', () => {
    const play = new Play().goesLive().happens({ type: 'wake' }).hears({ type: 'probe', nonce: 1 })
    expect(play.timers.has('deadline')).toBe(false)
    expect(play.phase).toBe('live: live')
  })

  test('[C3] that nobody has asked for is not tried again by all in the same instant', () => {
    const play = new Play().goesLive().passes(60_000).fires('heartbeat')
    play.fires('deadline')
    expect(play.phase).toBe('offline: connection-lost')
    expect(play.timers.get('retry')).toBe(play.now + 500)
  })

  test('[C5] is probed after 20 s also where the clock was set back', () => {
    const play = new Play().goesLive()
    play.now -= 3_600_000
    play.timers.set('heartbeat', play.now)
    play.fires('heartbeat')
    expect(play.timers.get('heartbeat')).toBe(play.now + 20_000)
  })

  test('is probed by itself after 20 s, and not while it talks', () => {
    const play = new Play().goesLive().passes(15_000).hears({ type: 'probe', nonce: 0 })
    expect(play.fires('heartbeat').find('send')).toBeUndefined()
    const probed = play.fires('heartbeat').find('send')
    expect(probed?.message).toMatchObject({ type: 'probe' })
  })
})

describe('tokens', () => {
  test('[C8] are renewed before their end, without a new connection', () => {
    const play = new Play().loads()
    const socket = play.getsToken(tokenUntil(play.now + 600_000)).state.socket
    play.opens().isWelcomed()
    expect(play.timers.get('renew')).toBe(play.now + 540_000)
    expect(play.fires('renew').find('ask-token')).toMatchObject({ reason: 'renew' })
    const next = tokenUntil(play.now + 600_000)
    play.getsToken(next)
    expect(play.find('send')?.message).toEqual({ type: 'token', token: next })
    expect(play.state.socket).toBe(socket)
    expect(play.phase).toBe('live: live')
  })

  test('[C8] that last for a month are not asked for before their last minute', () => {
    const play = new Play().loads()
    const end = play.now + 30 * 86_400_000
    play.getsToken(tokenUntil(end)).opens().isWelcomed()
    for (let day = 1; day < 30; day++) expect(play.fires('renew').done).toEqual([])
    expect(play.fires('renew').done).toEqual(['ask-token'])
    expect(play.now).toBe(end - 60_000)
  })

  test('that are the same as before are asked for again, not sent', () => {
    const play = new Play().loads()
    const token = tokenUntil(play.now + 10_000)
    play.getsToken(token).opens().isWelcomed().fires('renew').getsToken(token)
    expect(play.done).toEqual([])
    expect(play.timers.has('renew')).toBe(true)
  })

  test('that are refused are not tried twice', () => {
    const play = new Play().loads().getsToken('bad').opens().isClosed('not-authenticated')
    expect(play.phase).toBe('needs-auth: not-authenticated')
    expect(play.find('ask-token')).toMatchObject({ reason: 'refused' })
    expect(play.find('error')).toMatchObject({ code: 'not-authenticated' })
    play.getsToken('bad')
    expect(play.phase).toBe('needs-auth: not-authenticated')
    expect(play.done).toEqual([])
    expect(play.timers.size).toBe(0)
  })

  test.each(['needs-auth: token-expired', 'denied: not-a-member'])(
    '[C6] one that another tab got goes on from %s',
    (phase) => {
      const reason = phase.startsWith('denied') ? 'not-a-member' : 'token-expired'
      const play = new Play().loads().getsToken('bad').opens().isClosed(reason).getsToken('bad')
      expect(play.phase).toBe(phase)
      expect(play.happens({ type: 'token-there' }).find('ask-token')).toBeDefined()
      expect(play.getsToken('good').opens().isWelcomed().phase).toBe('live: live')
    },
  )

  test('[C6] one that another tab got ends the wait for one that could not be had', () => {
    const play = new Play().loads()
    play.happens({ type: 'token-failed', ask: play.state.ask, cause: new Error('away') })
    expect(play.happens({ type: 'token-there' }).phase).toBe('connecting: asking-token')
    const live = new Play().goesLive().happens({ type: 'token-there' })
    expect(live.done).toEqual([])
  })

  test('[C6] another one after a refusal goes on without a reload', () => {
    const play = new Play().loads().getsToken('bad').opens().isClosed('token-expired')
    play.getsToken('good').opens().isWelcomed()
    expect(play.phase).toBe('live: live')
  })

  test('[C2] where one after the other is refused, another tab’s next brings nobody at once', () => {
    const play = new Play().loads().getsToken('a').opens().isClosed('not-authenticated')
    play.getsToken('b').opens().isClosed('not-authenticated')
    play.happens({ type: 'token-there' })
    expect(play.done).toEqual([])
    expect(play.fires('retry').getsToken('c').done).toEqual(['open'])
    play.opens().isClosed('not-authenticated').fires('retry').getsToken('c')
    expect(play.timers.size).toBe(0)
    expect(play.happens({ type: 'token-there' }).done).toEqual(['ask-token'])
  })

  test('refused one after the other are tried with growing waits', () => {
    const play = new Play().loads().getsToken('1').opens().isClosed('not-authenticated')
    play.getsToken('2').opens().isClosed('not-authenticated')
    expect(play.find('ask-token')).toBeUndefined()
    expect(play.timers.get('retry')).toBe(play.now + 1_500)
    expect(play.fires('retry').find('ask-token')).toMatchObject({ reason: 'refused' })
  })

  test('of who is not a member end in denied, until somebody tries again', () => {
    const play = new Play().loads().getsToken().opens().isClosed('not-a-member').getsToken()
    expect(play.phase).toBe('denied: not-a-member')
    expect(play.timers.size).toBe(0)
    expect(play.happens({ type: 'connect' }).find('ask-token')).toMatchObject({ reason: 'refused' })
  })

  test('[C6] a sign-in under way is ended by who asks for a connection, and by no wake', () => {
    const play = new Play().loads().getsToken().opens().isClosed('not-authenticated')
    expect(play.happens({ type: 'wake' }).done).toEqual(['ask-token'])
    expect(play.happens({ type: 'network', network: 'up' }).done).toEqual(['ask-token'])
    expect(play.happens({ type: 'connect' }).done).toEqual(['forget-token', 'ask-token'])
    expect(play.getsToken('another').done).toEqual(['open'])
  })

  test("of another user end the connection before anything of the other's is taken in", () => {
    const play = new Play().loads().getsToken().opens()
    play.isWelcomed({ user: { id: 'bob', name: 'Bob', email: null } })
    expect(play.phase).toBe('denied: user-mismatch')
    expect(play.done).toEqual(['forget-token', 'close', 'error'])
  })

  test('[C6] of another user never reach a server, which would give that user this page’s ids', () => {
    const play = new Play().loads().getsToken(tokenOf('bob'))
    expect(play.phase).toBe('denied: user-mismatch')
    expect(play.done).toEqual(['forget-token', 'error'])
    play.happens({ type: 'connect' }).getsToken(tokenOf('bob'))
    expect(play.done).toEqual([])
    play.happens({ type: 'connect' }).getsToken(tokenOf('ana'))
    expect(play.done).toEqual(['open'])
  })

  test('[C6] of another user in the place of one that ends are not sent either', () => {
    const play = new Play().loads().getsToken(tokenUntil(1_120_000)).opens().isWelcomed()
    play.fires('renew').getsToken(tokenOf('bob'))
    expect(play.phase).toBe('denied: user-mismatch')
    expect(play.done).toEqual(['forget-token', 'ended', 'close', 'error'])
  })

  test('[C8] are not asked for all the time where this machine’s clock is ahead of their end', () => {
    const play = new Play().loads().getsToken(tokenUntil(900_000)).opens().isWelcomed()
    expect(play.timers.get('renew')).toBe(play.now + 60_000)
  })

  test('that cannot be had are asked for again later', () => {
    const play = new Play().loads()
    play.happens({ type: 'token-failed', ask: play.state.ask, cause: new Error('away') })
    expect(play.phase).toBe('offline: token-unavailable')
    expect(play.fires('retry').done).toEqual(['ask-token'])
  })

  test('that come too late are nobody’s', () => {
    const play = new Play().loads()
    const { ask } = play.state
    play.happens({ type: 'disconnect' }).happens({ type: 'token', ask, token: 'late' })
    expect(play.phase).toBe('offline: disconnected')
  })

  test('an empty one means signed out', () => {
    expect(new Play().loads().getsToken('').phase).toBe('needs-auth: no-token')
  })
})

describe('what cannot go on', () => {
  test.each(['protocol-version', 'older-epoch'] as const)('%s asks for an update', (reason) => {
    const play = new Play().loads().getsToken().opens().isClosed(reason)
    expect(play.phase).toBe(`update-required: ${reason}`)
    expect(play.timers.size).toBe(0)
    expect(play.happens({ type: 'wake' }).done).toEqual([])
  })

  test('[P5] a server that has forgotten what was committed is not believed', () => {
    const play = new Play().loads(1, 9).getsToken().opens().isWelcomed({ head: 4 })
    expect(play.phase).toBe('update-required: server-behind')
  })

  test('[C9] a server of another protocol asks for an update, also where it welcomes us', () => {
    const play = new Play().loads().getsToken().opens().isWelcomed({ protocol: 2 })
    expect(play.phase).toBe('update-required: protocol-version')
    expect(play.done).not.toContain('welcomed')
  })

  test('[C9] a newer schema lets us stay connected, and is told once', () => {
    const play = new Play().loads().getsToken().opens().isWelcomed({ schema: 2 })
    expect(play.phase).toBe('live: live')
    expect(play.find('error')).toMatchObject({ code: 'update-required' })
    play.passes(6_000).isCut().fires('retry').getsToken().opens().isWelcomed({ schema: 2 })
    expect(play.phase).toBe('live: live')
    expect(play.find('error')).toBeUndefined()
  })

  test('[C1] a way too slow for the hello is nothing that a token could mend', () => {
    const play = new Play().loads().getsToken().opens().isClosed('hello-timeout')
    expect(play.phase).toBe('offline: hello-timeout')
    expect(play.timers.has('retry')).toBe(true)
  })

  test('a page of a foreign origin looks the same as no member', () => {
    const play = new Play().loads().getsToken().opens()
    play.isClosed('foreign-origin')
    expect(play.phase).toBe('denied: not-a-member')
  })

  test('frames that are no messages end the connection, and it is tried again', () => {
    const play = new Play().goesLive()
    play.happens({ type: 'broken-frame', socket: play.state.socket })
    expect(play.phase).toBe('offline: broken-server')
    expect(play.timers.has('retry')).toBe(true)
  })

  test('a device that holds less than the document asks for it again', () => {
    const play = new Play().loads(1, 4).getsToken().opens().isWelcomed({ head: 4 })
    play.happens({ type: 'resync', seq: 2 }).fires('retry').getsToken().opens()
    expect(play.find('send')?.message).toMatchObject({ epoch: 1, seq: 2 })
  })

  test('a device that turns out to hold less behind the hello is not welcomed to what it lacks', () => {
    const play = new Play().loads(1, 4).getsToken().opens()
    play.happens({ type: 'resync', seq: 2 }).fires('retry').getsToken().opens()
    expect(play.find('send')?.message).toMatchObject({ epoch: 1, seq: 2 })
  })
})

describe('what must not go on for ever', () => {
  test('a token that failed leaves no deadline behind', () => {
    const play = new Play().loads()
    play.happens({ type: 'token-failed', ask: play.state.ask, cause: new Error('no') })
    expect(play.timers.has('deadline')).toBe(false)
  })

  test('a server that drops us just after the welcome is asked ever more rarely', () => {
    const play = new Play().goesLive()
    const waits: number[] = []
    for (let n = 0; n < 6; n++) {
      play.isCut()
      waits.push((play.timers.get('retry') ?? 0) - play.now)
      play.fires('retry').getsToken().opens().isWelcomed()
    }
    expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 15_000, 15_000])
    play.passes(5_000).isCut()
    expect(play.state.attempt).toBe(0)
    expect(play.timers.get('retry')).toBe(play.now + 500)
  })

  test('a session that lasted asks for another token at once, whatever came before it', () => {
    const play = new Play().loads().getsToken().isCut().fires('retry').getsToken().opens()
    play.isWelcomed().passes(60_000).isClosed('token-expired')
    expect(play.find('ask-token')).toMatchObject({ reason: 'refused' })
  })
})

describe('a slow way up', () => {
  test('[P3] bytes of ours that still leave are life: the probe waits behind them', () => {
    const play = new Play().goesLive()
    play.unsent = 500_000
    play.passes(20_000).fires('heartbeat')
    expect(play.find('send')?.message).toMatchObject({ type: 'probe' })
    for (play.unsent = 400_000; play.unsent > 0; play.unsent -= 100_000) {
      expect(play.fires('deadline').phase).toBe('live: live')
    }
    expect(play.fires('deadline').phase).toBe('live: live')
    expect(play.fires('deadline').find('close')?.code).toBe(4408)
  })

  test('a probe after mere silence has 10 s, since the system may hold bytes of ours', () => {
    const play = new Play().goesLive().passes(20_000).fires('heartbeat')
    expect((play.timers.get('deadline') ?? 0) - play.now).toBe(10_000)
    play.happens({ type: 'wake' })
    expect(play.done).toEqual([])
    expect((play.timers.get('deadline') ?? 0) - play.now).toBe(2_000)
  })

  test('bytes that do not leave are none', () => {
    const play = new Play().goesLive()
    play.unsent = 500_000
    play.passes(20_000).fires('heartbeat')
    expect(play.fires('deadline').find('close')?.code).toBe(4408)
  })

  test('with nothing of ours in its way a probe has 2 s', () => {
    const play = new Play().goesLive().happens({ type: 'wake' })
    expect((play.timers.get('deadline') ?? 0) - play.now).toBe(2_000)
    expect(play.fires('deadline').find('close')?.code).toBe(4408)
  })
})
