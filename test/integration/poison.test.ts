import { CLOSE_REASONS, type Refusal } from 'kith-shared'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AttackedTeam, NOTICED, TARGETS, tokensOf } from '../harness/attacked-team.js'
import { type ForgedUpdate, field, forge, letters } from '../harness/forge.js'
import { POISON } from '../harness/poison.js'
import { startTestServer, type TestServer } from '../harness/test-server.js'
import { waitFor } from '../harness/wait-for.js'
import type { WireClient } from '../harness/wire-client.js'

/**
 * Every attack over real sockets, on one server, each in a workspace of its own: refused with its
 * reason, no row, and nobody else is the worse for it. Rates are another test's matter.
 */
let server: TestServer
let tokens: Awaited<ReturnType<typeof tokensOf>>
beforeAll(async () => {
  server = await startTestServer({
    env: { MAX_MESSAGES_PER_SECOND: '100000', MAX_BYTES_PER_SECOND: '100000000' },
  })
  tokens = await tokensOf(server)
})
let workspaces = 0
const teams: AttackedTeam[] = []
afterAll(async () => {
  for (const team of teams) team.leave()
  await server.close()
})

const gather = async (role?: 'viewer'): Promise<AttackedTeam> => {
  const team = await AttackedTeam.gather(server, tokens, `poison-${++workspaces}`, role)
  teams.push(team)
  return team
}

const own = (...structs: NonNullable<ForgedUpdate['blocks']>[number]['structs']): Uint8Array =>
  forge({ blocks: [{ client: TARGETS.own, structs }] })

/** Items behind one letter, each before another: Yjs compares each with all those before it. */
const crowd = (clock: number, from: number, count: number): Uint8Array => {
  const client = TARGETS.own
  const structs = Array.from({ length: count }, (_, n) => ({
    kind: 4,
    origin: [client, 0] as [number, number],
    right: [client, from + n + 1] as [number, number],
  }))
  return forge({ blocks: [{ client, clock: clock + from, structs }] })
}

const HONEST = own(field('c1/company', 'Eve Ltd'))

/** Sends updates, and gives what was rejected of them; all rejects stand before the ack. */
const rejectsOf = async (
  client: WireClient,
  updates: readonly Uint8Array[],
  type: 'update' | 'sync-step-2' = 'update',
): Promise<{ ordinal: number; reason: Refusal }[]> => {
  const before = lastAck(client)
  const from = client.messages.length
  for (const update of updates) client.send({ type, update })
  const isSettled = () => lastAck(client) === before + updates.length
  await waitFor(isSettled, { timeout: 30_000, message: 'the last ack' })
  return client.messages.slice(from).flatMap((message) => {
    return message.type === 'reject' ? [{ ordinal: message.ordinal, reason: message.reason }] : []
  })
}

const lastAck = ({ messages }: WireClient): number =>
  messages.reduce((last, message) => (message.type === 'ack' ? message.count : last), 0)

/** Kith's own dialect: the message is rejected, its connection stays, and honest work goes on. */
const expectRejected = async (
  team: AttackedTeam,
  bytes: Uint8Array,
  reason: Refusal,
): Promise<void> => {
  const eve = await team.kithEve()
  const [rejects, took] = await Promise.all([rejectsOf(eve, [bytes]), team.boEdits()])
  expect(rejects).toEqual([{ ordinal: 1, reason }])
  expect(took).toBeLessThan(NOTICED)
  expect(await team.rowsBy('eve')).toBe(0)
  expect(eve.isOpen).toBe(true)
}

/** A stock client is closed, or asked once for what is missing. */
const expectStockRefused = async (
  team: AttackedTeam,
  bytes: Uint8Array,
  reason: Refusal,
): Promise<void> => {
  const eve = await team.stockEve()
  const questions = () => eve.messages.filter(({ type }) => type === 'sync-step-1').length
  await waitFor(() => questions() === 1)
  eve.send({ type: 'update', update: bytes })
  if (reason === 'gap' || reason === 'foreign-client') {
    await waitFor(() => questions() === 2, { message: 'a question for what is missing' })
    expect(eve.isOpen).toBe(true)
  } else {
    const { code, text } = CLOSE_REASONS['refused-change']
    expect(await eve.closed).toEqual({ code, text })
  }
  expect(await team.rowsBy('eve')).toBe(0)
}

const NAMED = POISON.map(({ rule, name, refusal, build }) => [rule, name, refusal, build] as const)

describe.concurrent('poison over real sockets', () => {
  it.each(NAMED)('[%s] [P4] %s is refused: %s', async (_rule, _name, refusal, build) => {
    const team = await gather()
    await expectRejected(team, build(TARGETS), refusal)
    await expectStockRefused(team, build(TARGETS), refusal)
    await team.expectUnharmed()
    expect(await team.rowsBy('eve')).toBe(0)
  })

  it('[A1] a thousand bytes behind a valid update are refused with all of it', async () => {
    const team = await gather()
    const padded = new Uint8Array(HONEST.length + 1_000)
    padded.set(HONEST)
    await expectRejected(team, padded, 'broken')
    await expectStockRefused(team, padded, 'broken')
    await team.expectUnharmed()
  })

  it('[A1] half a million tiny delete ranges are refused', async () => {
    const team = await gather()
    const ranges = Array.from({ length: 500_000 }, (_, n): [number, number] => [n * 2, 1])
    const bytes = forge({ deletes: [{ client: TARGETS.written, ranges }] })
    const eve = await team.kithEve()
    eve.send({ type: 'update', update: bytes })
    // More than a message may have: the connection ends before anything is scanned.
    const { code, text } = CLOSE_REASONS['too-large']
    expect(await eve.closed).toEqual({ code, text })
    const again = await team.kithEve()
    const rejects = await rejectsOf(again, [bytes], 'sync-step-2')
    expect(rejects).toEqual([{ ordinal: 1, reason: 'too-heavy' }])
    await team.expectUnharmed()
    expect(await team.rowsBy('eve')).toBe(0)
  })

  it('[A1] every truncation of a valid update is refused', async () => {
    const team = await gather()
    const whole = forge({
      blocks: [
        {
          client: TARGETS.own,
          structs: [field('c1/x', { a: [1.5, true, null, 'é🙂'] }), letters('hello 🙂')],
        },
      ],
      deletes: [{ client: TARGETS.written, ranges: [[2, 2]] }],
    })
    const cut = Array.from(whole, (_, length) => whole.slice(0, length))
    const rejects = await rejectsOf(await team.kithEve(), cut)
    expect(rejects.map(({ ordinal }) => ordinal)).toEqual(cut.map((_, at) => at + 1))
    expect(await team.rowsBy('eve')).toBe(0)
    await expectStockRefused(team, whole.slice(0, -1), 'broken')
    await team.expectUnharmed()
  })

  it('[A3] three thousand updates in a row whose origins are missing ask for one resync', async () => {
    const team = await gather()
    const eve = await team.kithEve()
    const orphans = Array.from({ length: 3_000 }, (_, n) => own({ kind: 4, origin: [999, n] }))
    const [rejects, took] = await Promise.all([rejectsOf(eve, orphans), team.boEdits()])
    expect(rejects).toHaveLength(3_000)
    expect(new Set(rejects.map(({ reason }) => reason))).toEqual(new Set(['gap']))
    expect(took).toBeLessThan(NOTICED)
    expect(eve.messages.filter(({ type }) => type === 'sync-step-1')).toHaveLength(1)
    expect(await team.rowsBy('eve')).toBe(0)
    await team.expectUnharmed()
  })

  it('[A5] items that make integration quadratic, in one update, are refused', async () => {
    const team = await gather()
    const eve = await team.kithEve()
    expect(await rejectsOf(eve, [own(letters('x'.repeat(10_001)))])).toEqual([])
    const [rejects, took] = await Promise.all([
      rejectsOf(eve, [crowd(10_001, 0, 10_000)]),
      team.boEdits(),
    ])
    expect(rejects).toEqual([{ ordinal: 2, reason: 'too-heavy' }])
    expect(took).toBeLessThan(NOTICED)
    expect(await team.rowsBy('eve')).toBe(1)
    await team.expectUnharmed()
  })

  it('[A5] the same items, spread over many updates, are refused before they add up', async () => {
    const team = await gather()
    const eve = await team.kithEve()
    expect(await rejectsOf(eve, [own(letters('x'.repeat(10_001)))])).toEqual([])
    const parts = Array.from({ length: 100 }, (_, n) => crowd(10_001, n * 100, 100))
    const [rejects, took] = await Promise.all([rejectsOf(eve, parts), team.boEdits()])
    expect(rejects.some(({ reason }) => reason === 'too-heavy')).toBe(true)
    expect(took).toBeLessThan(NOTICED)
    const started = performance.now()
    await team.expectUnharmed()
    expect(performance.now() - started).toBeLessThan(NOTICED)
  })

  it('a refused change ends nothing: honest work behind it is taken', async () => {
    const team = await gather()
    const eve = await team.kithEve()
    const poison = own({ kind: 8, root: 'secrets', key: 'x' })
    const rejects = await rejectsOf(eve, [poison, HONEST])
    expect(rejects).toEqual([{ ordinal: 1, reason: 'unknown-root' }])
    expect(await team.rowsBy('eve')).toBe(1)
    await team.expectUnharmed()
    expect(team.bo.doc.getMap('fields').get('c1/company')).toBe('Eve Ltd')
  })

  it('a replayed frame is settled, and writes nothing twice', async () => {
    const team = await gather()
    const eve = await team.kithEve()
    expect(await rejectsOf(eve, [HONEST])).toEqual([])
    expect(await rejectsOf(eve, [HONEST, HONEST, HONEST])).toEqual([])
    // A colleague's own bytes, played back by Eve.
    const anas = team.phone.acked[0]?.update ?? new Uint8Array()
    expect(await rejectsOf(eve, [anas])).toEqual([])
    expect(await rejectsOf(await team.kithEve(), [HONEST, anas])).toEqual([])
    expect(await team.rowsBy('eve')).toBe(1)
    await team.expectUnharmed()
  })
})

describe.concurrent('a viewer who writes', () => {
  it.each(['update', 'sync-step-2'] as const)('[A6] by %s is refused', async (type) => {
    const team = await gather('viewer')
    const eve = await team.kithEve()
    expect(await rejectsOf(eve, [HONEST], type)).toEqual([{ ordinal: 1, reason: 'read-only' }])
    const erasing = forge({ deletes: [{ client: TARGETS.written, ranges: [[2, 3]] }] })
    expect(await rejectsOf(eve, [erasing], type)).toEqual([{ ordinal: 2, reason: 'read-only' }])
    expect(await team.rowsBy('eve')).toBe(0)
    await team.expectUnharmed()
  })

  it('[A6] as a stock client is closed for an update, and not for its SyncStep2', async () => {
    const team = await gather('viewer')
    const eve = await team.stockEve()
    eve.send({ type: 'sync-step-2', update: HONEST })
    eve.send({ type: 'probe', nonce: 7 })
    await eve.first('probe')
    expect(eve.isOpen).toBe(true)
    eve.send({ type: 'update', update: HONEST })
    const { code, text } = CLOSE_REASONS['refused-change']
    expect(await eve.closed).toEqual({ code, text })
    expect(await team.rowsBy('eve')).toBe(0)
    await team.expectUnharmed()
  })

  it('[A6] by awareness shows who is there, and writes nothing', async () => {
    const team = await gather('viewer')
    const eve = await team.kithEve()
    const json = JSON.stringify({
      status: 'online',
      user: { id: 'ana' },
      fields: { 'c1/name': 'x' },
    })
    eve.send({ type: 'awareness', states: [{ clientId: TARGETS.own, clock: 1, json }] })
    const seen = await waitFor(() =>
      team.bo.client.messages
        .flatMap((message) => (message.type === 'awareness' ? message.states : []))
        .find(({ clientId }) => clientId === TARGETS.own),
    )
    expect(JSON.parse(seen.json)).toMatchObject({ user: { id: 'eve', role: 'viewer' } })
    expect(await team.rowsBy('eve')).toBe(0)
    await team.expectUnharmed()
  })
})
