import { MAX_AUTHOR_STEPS, UpdateScanner, type UserId } from 'kith-shared'
import { describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import type { MadeBatch } from '../../../server/core/batch-maker.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import type { RoomEffect } from '../../../server/core/room-events.js'
import { openSession } from '../../../server/core/room-session.js'
import type { TrialOutcome, TrialReport } from '../../../server/core/trial.js'
import { Trials } from '../../../server/core/trials.js'
import { forge } from '../../harness/forge.js'
import { emptyState, stage, typesOf, writer } from './stage.js'

const ANA = 1
const BO = 2
const ana = 'ana' as UserId
const bo = 'bo' as UserId
const PASSED: TrialOutcome = { outcome: 'passed', steps: 5, sizes: [] }
const TOO_HEAVY: TrialOutcome = { outcome: 'too-heavy' }

/** Ana and Bo in a room where whatever of theirs may be slow needs a trial. */
const start = () => {
  const state = emptyState()
  for (const user of [ana, bo]) state.index.weights.charge(user, MAX_AUTHOR_STEPS)
  const play = stage(state)
  play.join(ANA, 'ana', 10)
  play.join(BO, 'bo', 20)
  play.seen(ANA)
  play.seen(BO)
  const trials = () =>
    play.effects.filter((it): it is Extract<RoomEffect, { type: 'trial' }> => it.type === 'trial')
  return {
    ...play,
    state,
    trials,
    /** The last trial that was asked for ends. */
    tried(outcome: TrialReport) {
      const trial = trials().at(-1)
      if (!trial) throw new Error('no trial was asked for')
      play.step({ type: 'trial-done', id: trial.id, outcome })
    },
  }
}

const letter = (client: number, clock: number, origin: [number, number] | undefined) => ({
  client,
  clock,
  structs: [{ kind: 4, ...(origin ? { origin } : { root: 'about/c1' }), text: 'x' }],
})
/** Two letters behind one of the same update: the second may be slow. */
const heavyOf = (client: number, clock = 0) => {
  const structs = [
    { kind: 4, root: `about/c${client}`, text: 'x' },
    { kind: 4, origin: [client, clock] as [number, number], text: 'y' },
    { kind: 4, origin: [client, clock] as [number, number], text: 'z' },
  ]
  return forge({ blocks: [{ client, clock, structs }] })
}

test('[P7] what was tried is kept no longer than until it is settled', () => {
  const state = emptyState()
  const trials = new Trials(
    () => undefined,
    () => state,
  )
  const stamp = { id: ana, name: '', email: null, role: 'editor', joinedAt: 0 } as const
  const session = openSession(1, { dialect: 'stock' }, stamp)
  const bytes = heavyOf(10)
  const waiting = { type: 'update', session, message: 'update', bytes, ordinal: 1 } as const
  const made: MadeBatch = {
    draft: new IndexDraft(state.index),
    rows: [],
    notes: [],
    settled: [],
    refused: [],
    postponed: [waiting],
    isFull: false,
    forTrial: { waiting, texts: [] },
    heavy: [session],
    doubtful: [],
  }
  trials.ask(made)
  trials.done(1, PASSED)
  expect(trials.tried?.waiting).toBe(waiting)
  trials.ask({ ...made, postponed: [], settled: [waiting], forTrial: undefined, heavy: [] })
  expect(trials.tried).toBeUndefined()
})

describe('a trial', () => {
  test('[A5] is asked for with all that it needs, and holds up nobody else', () => {
    const { send, commit, trials, seen, inFlight } = start()
    send(ANA, heavyOf(10))
    expect(trials()).toMatchObject([
      { through: 0, candidate: { author: 'ana', clients: [10], texts: ['about/c10'] } },
    ])
    expect(inFlight()).toBeUndefined()
    send(BO, writer(20).edit('name', 'Bo'))
    commit()
    expect(typesOf(seen(BO))).toEqual(['rows', 'ack'])
    expect(typesOf(seen(ANA))).toEqual(['rows'])
  })

  test('[A5] holds up nobody else either where all that waits is too much for one batch', () => {
    const { room, send, commit, trials, step, inFlight } = start()
    const half = 'x'.repeat(300 * 1024)
    const bo = writer(20)
    send(BO, bo.edit('name', 'Bo')) // in flight while the next two wait
    const origin: [number, number] = [10, 0]
    const structs = [
      { kind: 4, root: 'about/c10', text: half },
      { kind: 4, origin, text: 'y' },
      { kind: 4, origin, text: 'z' },
    ]
    send(ANA, forge({ blocks: [{ client: 10, structs }] }))
    bo.doc.getText('about/c20').insert(0, half)
    send(BO, Y.encodeStateAsUpdate(bo.doc))
    commit()
    expect(trials().length).toBe(1)
    if (room.wantsTick) step({ type: 'tick' })
    expect(inFlight()?.rows.map(({ author }) => author.id)).toEqual(['bo'])
  })

  test('[A5] that an update passes lets it be committed, and what came behind it after it', () => {
    const { send, commit, tried, seen, state, trials } = start()
    send(ANA, heavyOf(10))
    send(ANA, forge({ blocks: [letter(10, 3, [10, 2])] }))
    tried(PASSED)
    const { rows } = commit()
    expect(rows.length).toBe(1)
    expect(seen(ANA)).toMatchObject([{ type: 'rows' }, { type: 'ack', count: 2, seq: 1 }])
    expect(state.index.clock(10)).toBe(4)
    expect(trials().length).toBe(1)
    // What the document counted has taken the place of the charges.
    expect(state.index.weights.total(ana)).toBe(5)
  })

  test('[A5] that finds it too heavy refuses it, and the next one at once', () => {
    const { send, tried, seen, trials, inFlight, state } = start()
    send(ANA, heavyOf(10))
    tried(TOO_HEAVY)
    expect(seen(ANA)).toMatchObject([
      { type: 'reject', ordinal: 1, reason: 'too-heavy' },
      { type: 'ack', count: 1 },
    ])
    send(ANA, heavyOf(10))
    expect(seen(ANA)).toMatchObject([
      { type: 'reject', ordinal: 2 },
      { type: 'ack', count: 2 },
    ])
    expect(trials().length).toBe(1)
    expect(inFlight()).toBeUndefined()
    expect(state.index.clock(10)).toBe(0)
  })

  test('[A5] leaves who was refused what can’t be slow', () => {
    const { send, tried, commit } = start()
    send(ANA, heavyOf(10))
    tried(TOO_HEAVY)
    send(ANA, writer(10).edit('name', 'Ana'))
    expect(commit().rows.length).toBe(1)
  })

  test('[A5] one at a time: the next begins when the last one ends', () => {
    const { send, tried, commit, trials } = start()
    send(ANA, heavyOf(10))
    send(BO, heavyOf(20))
    expect(trials().map(({ candidate }) => candidate.author)).toEqual(['ana'])
    tried(PASSED)
    expect(commit().rows.map(({ author }) => author.id)).toEqual(['ana'])
    expect(trials().map(({ candidate }) => candidate.author)).toEqual(['ana', 'bo'])
    tried(PASSED)
    expect(commit().rows.map(({ author }) => author.id)).toEqual(['bo'])
  })

  test('[A5] that is put off refuses nothing: others have theirs, and it comes when it is due', () => {
    const { send, step, tried, commit, trials, seen, room } = start()
    const authors = () => trials().map(({ candidate }) => candidate.author)
    send(ANA, heavyOf(10))
    send(ANA, forge({ blocks: [letter(10, 3, [10, 2])] }))
    send(BO, heavyOf(20))
    const put = trials()[0]?.id ?? 0
    tried({ outcome: 'put-off' })
    expect(authors()).toEqual(['ana', 'bo'])
    tried(PASSED)
    expect(commit().rows.map(({ author }) => author.id)).toEqual(['bo'])
    send(BO, writer(21).edit('name', 'Bo'))
    expect(commit().rows.length).toBe(1)
    expect(authors()).toEqual(['ana', 'bo'])
    expect(typesOf(seen(ANA))).toEqual(['rows', 'rows'])
    expect(room.isBusy).toBe(true)
    step({ type: 'trial-done', id: put, outcome: { outcome: 'due' } })
    expect(authors()).toEqual(['ana', 'bo', 'ana'])
    tried(PASSED)
    commit()
    expect(seen(ANA)).toMatchObject([{ type: 'rows' }, { type: 'ack', count: 2 }])
    expect(room.isBusy).toBe(false)
  })

  test('[A5] put off twice, by two of its author’s sessions, holds each until its own is due', () => {
    const { join, send, step, tried, commit, trials } = start()
    join(3, 'ana', 30)
    const due = (at: number) =>
      step({ type: 'trial-done', id: trials()[at]?.id ?? 0, outcome: { outcome: 'due' } })
    send(ANA, heavyOf(10))
    tried({ outcome: 'put-off' })
    send(3, heavyOf(30))
    tried({ outcome: 'put-off' })
    expect(trials().length).toBe(2)
    due(1)
    expect(trials().at(-1)?.candidate.update).toEqual(heavyOf(30))
    tried(PASSED)
    commit()
    expect(trials().length).toBe(3)
    due(0)
    tried(PASSED)
    expect(commit().rows.length).toBe(1)
  })

  test('[A5] is asked for only on what is committed', () => {
    const { send, commit, trials } = start()
    send(BO, writer(20).edit('name', 'Bo')) // in flight while the next two wait
    send(ANA, forge({ blocks: [letter(10, 0, undefined)] }))
    send(ANA, forge({ blocks: [letter(10, 1, [10, 0]), letter(9, 0, [10, 0])] }))
    commit()
    expect(trials()).toEqual([])
    commit()
    expect(trials()).toMatchObject([{ through: 2 }])
  })

  test('[A5] [P7] goes on where somebody makes the room look at a journal that has not moved', () => {
    const { send, step, tried, trials, effects, join, commit, state, seen } = start()
    send(ANA, heavyOf(10))
    join(3, 'eve', 30, { seq: 1_000 })
    expect(effects.at(-1)).toMatchObject({ type: 'reload' })
    const again = emptyState()
    again.index.owners.set(10, ana)
    again.index.owners.set(20, bo)
    again.index.owners.set(40, bo) // bound by another node
    step({ type: 'reloaded', state: again })
    expect(commit().bindings).toEqual([{ clientId: 30, userId: 'eve' }])
    expect(trials().length).toBe(1)
    expect(state.index.owners.get(40)).toBe(bo)
    tried(PASSED)
    expect(commit().rows.map(({ author }) => author.id)).toEqual(['ana'])
    expect(seen(ANA)).toMatchObject([{ type: 'rows' }, { type: 'ack', count: 1 }])
  })

  test('[A5] is dropped where another node has written, and asked for anew', () => {
    const { send, step, tried, trials, seen, commit } = start()
    send(ANA, heavyOf(10))
    send(BO, writer(20).edit('name', 'Bo'))
    step({ type: 'commit-done', outcome: { outcome: 'conflict' } })
    const state = { ...emptyState(), head: 1 }
    state.index.owners.set(10, ana)
    state.index.weights.charge(ana, MAX_AUTHOR_STEPS)
    const [first] = trials()
    step({ type: 'reloaded', state })
    expect(trials().length).toBe(2)
    commit() // Bo’s, which goes on
    step({ type: 'trial-done', id: first?.id ?? 0, outcome: TOO_HEAVY })
    expect(typesOf(seen(ANA))).not.toContain('reject')
    tried(TOO_HEAVY)
    expect(typesOf(seen(ANA))).toContain('reject')
  })

  test('[A5] [P1] of somebody who has left still ends with a commit', () => {
    const { room, send, step, tried, commit } = start()
    send(ANA, heavyOf(10))
    step({ type: 'leave', session: ANA })
    expect(room.isBusy).toBe(true)
    tried(PASSED)
    expect(commit().rows.map(({ author }) => author.id)).toEqual(['ana'])
  })

  test('[A5] a snapshot measures all: who was refused may try again', () => {
    const { send, tried, step, state, trials, commit } = start()
    send(ANA, heavyOf(10))
    tried(TOO_HEAVY)
    state.index.weights.measuring()
    step({ type: 'snapshot-done', seq: 1, steps: new Map([[10, 7]]) })
    expect(state.index.weights.total(ana)).toBe(7)
    send(ANA, heavyOf(10))
    expect(commit().rows.length).toBe(1)
    expect(trials().length).toBe(1)
  })

  test('[A5] is waited for without judging anew what waits', () => {
    const { send, commit } = start()
    const bytes = heavyOf(10)
    send(ANA, bytes)
    const scan = vi.spyOn(UpdateScanner.prototype, 'scan')
    const bos = writer(20)
    for (const name of ['B', 'Bo']) {
      send(BO, bos.edit('name', name))
      commit()
    }
    const scanned = scan.mock.calls.map(([of]) => of)
    scan.mockRestore()
    expect(scanned.length).toBeGreaterThan(1)
    expect(scanned).not.toContain(bytes)
  })

  test('[A5] corrects how much a text holds, which the gate can only guess', () => {
    const { send, tried, commit, state } = start()
    state.index.grow('about/c10', { pieces: 900, units: 90, rivals: 0 })
    send(ANA, heavyOf(10))
    tried({ outcome: 'passed', steps: 0, sizes: [['about/c10', { pieces: 3, units: 30 }]] })
    commit()
    expect(state.index.size('about/c10')).toEqual({ pieces: 8, units: 33, rivals: 2 })
  })
})
