import { type ServerMessage, UpdateScanner, type UserId } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { LoadedWorkspace } from '../../../server/core/ports.js'
import { QUOTAS, type Quotas } from '../../../server/core/quotas.js'
import { roomStateOf } from '../../../server/core/room-state.js'
import { emptyState, stage, typesOf, writer } from './stage.js'

const small = (quotas: Partial<Quotas>): Quotas => ({ ...QUOTAS, ...quotas })

const play = (quotas: Partial<Quotas>) => stage(emptyState(), { quotas: small(quotas) })

const warnings = (messages: readonly ServerMessage[]): string[] =>
  messages.flatMap((message) =>
    message.type === 'notice' && message.notice === 'quota-warning' ? [message.text] : [],
  )

const rejects = (messages: readonly ServerMessage[]): string[] =>
  messages.flatMap((message) => (message.type === 'reject' ? [message.reason] : []))

/** An update that fills about so many bytes. */
const filling = (ana: ReturnType<typeof writer>, key: string, bytes: number) =>
  ana.edit(key, 'x'.repeat(bytes))

describe('a workspace’s quota of bytes', () => {
  test('[A5] is told of at 80 and 95 percent, once each to everybody who writes', () => {
    const room = play({ documentBytes: 10_000 })
    room.join(1, 'ana', 10)
    room.join(2, 'bo', 20)
    const [ana, bo] = [writer(10), writer(20)]
    const ofSending = (session: number, update: Uint8Array) => {
      room.send(session, update)
      room.commit()
      return warnings(room.seen(session))
    }
    expect(ofSending(1, filling(ana, 'a', 7_500))).toEqual([])
    expect(ofSending(1, filling(ana, 'b', 600))).toEqual([expect.stringMatching(/8\d% full/)])
    expect(ofSending(1, filling(ana, 'c', 100))).toEqual([])
    expect(warnings(room.seen(2))).toEqual([])
    expect(ofSending(2, filling(bo, 'a', 10))).toEqual([expect.stringMatching(/8\d% full/)])
    expect(ofSending(1, filling(ana, 'd', 1_200))).toEqual([expect.stringMatching(/9\d% full/)])
    expect(ofSending(1, filling(ana, 'e', 10))).toEqual([])
  })

  test('[A5] refuses what is new once it is full, and takes deletes and what it knows', () => {
    const room = play({ documentBytes: 5_000 })
    room.join(1, 'ana', 10)
    const ana = writer(10)
    const text = ana.doc.getText('about/c1')
    const typed = (change: () => void) => {
      const before = Y.encodeStateVector(ana.doc)
      change()
      return Y.encodeStateAsUpdate(ana.doc, before)
    }
    const first = typed(() => text.insert(0, 'x'.repeat(4_000)))
    room.send(1, first)
    room.commit()
    room.seen(1)
    const deleted = typed(() => text.delete(0, 10))
    const tooMuch = typed(() => text.insert(0, 'y'.repeat(1_500)))
    room.send(1, tooMuch)
    expect(room.inFlight()).toBeUndefined()
    expect(rejects(room.seen(1))).toEqual(['quota'])
    room.send(1, first)
    room.send(1, deleted)
    expect(room.commit().rows).toHaveLength(1)
    expect(rejects(room.seen(1))).toEqual([])
  })

  test('[A5] counts what one batch holds already', () => {
    const room = play({ documentBytes: 5_000 })
    room.join(1, 'ana', 10)
    const ana = writer(10)
    room.send(1, ana.edit('name', 'Ana'))
    room.send(1, filling(ana, 'a', 3_000))
    room.send(1, filling(ana, 'b', 3_000))
    room.commit()
    room.commit()
    expect(rejects(room.seen(1))).toEqual(['quota'])
  })

  test('[A5] is measured anew by each snapshot, with what came while it was made', () => {
    const state = emptyState()
    const room = stage(state, { quotas: QUOTAS })
    room.join(1, 'ana', 10)
    const ana = writer(10)
    const send = (bytes: number) => {
      for (let left = bytes; left > 0; left -= 15_000) {
        room.send(1, filling(ana, 'a', Math.min(left, 15_000)))
        room.commit()
      }
    }
    send(1024 * 1024)
    const covered = state.documentBytes
    expect(room.effects.some(({ type }) => type === 'snapshot-due')).toBe(true)
    send(20_000)
    const later = state.documentBytes - covered
    room.step({ type: 'snapshot-done', seq: state.head, documentBytes: 16_000 })
    expect(later).toBeGreaterThan(20_000)
    expect(state.documentBytes).toBe(16_000 + later)
  })

  test('[A5] begins with the snapshot and the rows after it', () => {
    const update = writer(10).edit('name', 'Ana')
    const row = { seq: 1, epoch: 1, author: { id: 'ana' as UserId, name: 'Ana' }, committedAt: 0 }
    const loaded: LoadedWorkspace = {
      outcome: 'loaded',
      name: 'Team',
      schema: 1,
      epoch: 1,
      head: 1,
      oldest: 1,
      snapshot: undefined,
      tail: [{ ...row, update }],
      bindings: [],
    }
    const { workspaceId } = emptyState()
    const state = roomStateOf(workspaceId, loaded, new UpdateScanner())
    expect(state?.documentBytes).toBe(update.length)
  })
})

describe('quotas of client ids', () => {
  const closes = (room: ReturnType<typeof stage>) =>
    room.effects.flatMap((effect) => (effect.type === 'close' ? [effect.reason] : []))

  test('[A5] one member can’t use up everybody’s: a hello beyond their own is closed', () => {
    const room = play({ clientIdsPerUser: 2 })
    room.join(1, 'ana', 10)
    room.join(2, 'ana', 11)
    room.join(3, 'ana', 12)
    expect(closes(room)).toEqual(['client-ids-used-up'])
    expect(room.seen(3)).toEqual([])
    room.join(4, 'ana', 11)
    room.join(5, 'bo', 20)
    expect(typesOf(room.seen(4))).toContain('welcome')
    expect(typesOf(room.seen(5))).toContain('welcome')
  })

  test('[A5] a hello beyond the workspace’s is closed, whoever says it', () => {
    const room = play({ clientIds: 2 })
    room.join(1, 'ana', 10)
    room.join(2, 'bo', 20)
    room.join(3, 'cy', 30)
    expect(closes(room)).toEqual(['client-ids-used-up'])
  })

  test('[A5] an update under more ids of nobody’s than are left is refused whole', () => {
    const room = play({ clientIdsPerUser: 2 })
    room.join(1, 'ana', 10)
    const [second, third] = [writer(11), writer(12)]
    const both = Y.mergeUpdates([second.edit('name', 'Ana'), third.edit('title', 'Dr')])
    room.send(1, both)
    expect(rejects(room.seen(1))).toEqual(['quota'])
    expect(room.inFlight()).toBeUndefined()
    room.send(1, writer(11).edit('name', 'Ana'))
    expect(room.commit().bindings).toEqual([{ clientId: 11, userId: 'ana' }])
  })

  test('[A5] a hello’s earlier ids are bound as far as there is room', () => {
    const room = play({ clientIdsPerUser: 2 })
    const stamp = {
      id: 'ana' as UserId,
      name: 'Ana',
      email: null,
      role: 'editor',
      joinedAt: 0,
    } as const
    const dialect = {
      dialect: 'kith',
      clientId: 10,
      earlierIds: [7, 8, 9],
      epoch: 0,
      seq: 0,
    } as const
    room.step({ type: 'join', session: 1, dialect, stamp })
    expect(room.commit().bindings.map(({ clientId }) => clientId)).toEqual([10, 7])
  })

  test('[A5] are told of from 80 percent on, with the welcome', () => {
    const room = play({ clientIdsPerUser: 5 })
    for (const session of [1, 2, 3]) room.join(session, 'ana', 10 + session)
    expect(warnings(room.seen(3))).toEqual([])
    room.join(4, 'ana', 14)
    expect(warnings(room.seen(4))).toEqual([expect.stringContaining('80%')])
    const all = play({ clientIds: 5 })
    for (const session of [1, 2, 3, 4]) all.join(session, `user${session}`, 10 + session)
    expect(warnings(all.seen(4))).toEqual([expect.stringContaining('80%')])
  })
})
