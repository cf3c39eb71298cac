import { randomUUID } from 'node:crypto'
import type { Epoch, Seq, UserId, WorkspaceId } from 'kith-shared'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Epochs, Journal, NewEpoch } from '../../server/core/ports.js'

/** Epochs, the journal on the same store, and what a test needs to do behind their backs. */
export interface EpochsUnderTest {
  journal: Journal
  epochs: Epochs
  createWorkspace(workspaceId: WorkspaceId): Promise<void>
  /** Changes or deletes the stored state of an epoch at `seq`. */
  breakState(
    workspaceId: WorkspaceId,
    epoch: Epoch,
    seq: Seq,
    how: 'damage' | 'delete',
  ): Promise<void>
  goAway(): void
  comeBack(): Promise<void>
  /** Begins so that the answer is lost after all of it is done. */
  loseAnswer(next: NewEpoch): ReturnType<Epochs['begin']>
  close(): Promise<void>
}

const ana = { id: 'ana' as UserId, name: 'Ana' }
const ben = { id: 'ben' as UserId, name: 'Ben' }
const bytes = (...values: number[]) => Uint8Array.from(values)

/** The suite that every store of epochs passes (`Epochs` in server/core/ports.ts). */
export const epochsContract = (name: string, open: () => Promise<EpochsUnderTest>): void => {
  describe(name, () => {
    let under: EpochsUnderTest
    let workspaceId: WorkspaceId

    const write = (epoch: Epoch, head: Seq, clientIds: number[] = [], author = ana) =>
      under.journal.commit({
        id: randomUUID(),
        workspaceId,
        epoch,
        head,
        rows: [{ author, update: bytes(0, 0) }],
        bindings: clientIds.map((clientId) => ({ clientId, userId: author.id })),
      })
    const next = (epoch: Epoch, head: Seq, clientId = 900 + epoch): NewEpoch => ({
      workspaceId,
      epoch,
      head,
      closing: { document: bytes(1, head), index: bytes(2, head) },
      opening: { document: bytes(3, head), index: bytes(4, head), clientId },
      reason: 'renewal',
    })
    const begin = async (epoch: Epoch, head: Seq, clientId?: number): Promise<Epoch> => {
      const begun = await under.epochs.begin(next(epoch, head, clientId))
      if (begun.outcome !== 'begun') throw new Error(begun.outcome)
      return begun.epoch
    }
    /** A row each, and an epoch after it: gives the epochs, the first one's 1 among them. */
    const live = async (epochs: number): Promise<Epoch[]> => {
      const lived: Epoch[] = [1]
      for (let seq = 1; seq <= epochs; seq++) {
        const present = lived.at(-1) ?? 1
        expect(await write(present, seq - 1)).toMatchObject({ outcome: 'committed' })
        lived.push(await begin(present, seq, 900 + seq))
      }
      return lived
    }
    const load = async () => {
      const loaded = await under.journal.load(workspaceId)
      if (loaded.outcome !== 'loaded') throw new Error(loaded.outcome)
      return loaded
    }
    const road = (from: Epoch) => under.epochs.road(workspaceId, from)
    const earlier = (...ids: number[]) => under.epochs.earlierIds(workspaceId, ids)

    beforeEach(async () => {
      under = await open()
      workspaceId = `w-${randomUUID()}` as WorkspaceId
      await under.createWorkspace(workspaceId)
    })
    afterEach(() => under.close())

    describe('begin', () => {
      it('[E1] opens the next epoch with its opening state, and the numbers of rows go on', async () => {
        await write(1, 0)
        expect((await load()).epochAge).toBeUndefined()
        const epoch = await begin(1, 1)
        expect(epoch).toBeGreaterThan(1)
        expect(await load()).toMatchObject({
          epoch,
          head: 1,
          snapshot: { seq: 1, documentBytes: 2, index: bytes(4, 1) },
          tail: [],
        })
        expect((await load()).epochAge).toBeGreaterThanOrEqual(0)
        expect((await load()).epochAge).toBeLessThan(60_000)
        const read = await under.journal.readSnapshot(workspaceId)
        expect(read).toMatchObject({ snapshot: { epoch, seq: 1, document: bytes(3, 1) } })
        expect(await write(epoch, 1)).toMatchObject({ outcome: 'committed', head: 2 })
        expect((await load()).tail.map((row) => [row.seq, row.epoch])).toEqual([[2, epoch]])
      })

      it('[E1] is stale where epoch or head moved, or there is no such workspace', async () => {
        await write(1, 0)
        for (const [epoch, head] of [
          [1, 0],
          [1, 2],
          [2, 1],
          [0, 1],
        ] as const) {
          expect(await under.epochs.begin(next(epoch, head))).toEqual({ outcome: 'stale' })
        }
        const elsewhere = { ...next(1, 1), workspaceId: 'nobody' as WorkspaceId }
        expect(await under.epochs.begin(elsewhere)).toEqual({ outcome: 'stale' })
        expect(await load()).toMatchObject({ epoch: 1, head: 1, snapshot: undefined })
      })

      it('[E1] fences out batches of the epoch that is over', async () => {
        await write(1, 0)
        await begin(1, 1)
        expect(await write(1, 1)).toEqual({ outcome: 'conflict' })
      })

      it('[E1] is done by exactly one of several at once', async () => {
        await write(1, 0)
        const all = [901, 902, 903, 904].map((id) => under.epochs.begin(next(1, 1, id)))
        const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome).sort()
        expect(outcomes).toEqual(['begun', 'stale', 'stale', 'stale'])
      })

      it('[E1] loses against a commit at once, or the commit does: never both', async () => {
        const [begun, written] = await Promise.all([
          under.epochs.begin(next(1, 0)),
          write(1, 0, [5]),
        ])
        const done = [begun.outcome === 'begun', written.outcome === 'committed']
        expect(done.filter((one) => one)).toHaveLength(1)
      })

      it('[E1] done again, since its answer was lost, is stale and does nothing', async () => {
        await write(1, 0)
        expect(await under.loseAnswer(next(1, 1))).toEqual({ outcome: 'away' })
        const { epoch } = await load()
        expect(epoch).toBeGreaterThan(1)
        expect(await under.epochs.begin(next(1, 1))).toEqual({ outcome: 'stale' })
        expect((await load()).epoch).toBe(epoch)
      })

      it('[E1] puts good states in the place of a damaged snapshot of the same row', async () => {
        await write(1, 0)
        await under.journal.writeSnapshot(workspaceId, {
          epoch: 1,
          seq: 1,
          document: bytes(9),
          index: bytes(9),
        })
        await under.breakState(workspaceId, 1, 1, 'damage')
        await begin(1, 1)
        expect(await road(1)).toMatchObject({ steps: [{ closing: { document: bytes(1, 1) } }] })
      })

      it('[E2] gives the id that wrote the opening state to nobody', async () => {
        await write(1, 0)
        const epoch = await begin(1, 1, 77)
        expect((await load()).bindings).toEqual([{ clientId: 77, userId: '' }])
        expect(await write(epoch, 1, [77])).toEqual({ outcome: 'conflict' })
      })

      it('[E2] is stale where that id is somebody’s already', async () => {
        await write(1, 0, [7])
        expect(await under.epochs.begin(next(1, 1, 7))).toEqual({ outcome: 'stale' })
        expect(await load()).toMatchObject({ epoch: 1, snapshot: undefined })
      })
    })

    describe('the road', () => {
      it('[E3] leads over one epoch, and over three, by their closing and opening states', async () => {
        const [, second = 0, third = 0, fourth = 0] = await live(3)
        const step = (from: Epoch, to: Epoch, seq: Seq) => ({
          closing: { epoch: from, seq, document: bytes(1, seq) },
          opening: { epoch: to, seq, document: bytes(3, seq) },
        })
        expect(await road(third)).toEqual({ outcome: 'road', steps: [step(third, fourth, 3)] })
        expect(await road(1)).toEqual({
          outcome: 'road',
          steps: [step(1, second, 1), step(second, third, 2), step(third, fourth, 3)],
        })
      })

      it('[E3] from the present epoch has no steps', async () => {
        const [, second = 0] = await live(1)
        expect(await road(second)).toEqual({ outcome: 'road', steps: [] })
      })

      it('[E3] is gone from an epoch that never was, and to no workspace', async () => {
        const [, second = 0] = await live(1)
        for (const from of [0, 2, second + 1]) expect(await road(from)).toEqual({ outcome: 'gone' })
        const nowhere = await under.epochs.road('nobody' as WorkspaceId, 1)
        expect(nowhere).toEqual({ outcome: 'gone' })
      })

      for (const how of ['damage', 'delete'] as const) {
        it(`[E3] is gone where a state in between is lost (${how}), and only over it`, async () => {
          const [, second = 0, third = 0] = await live(3)
          await under.breakState(workspaceId, second, 2, how)
          expect(await road(1)).toEqual({ outcome: 'gone' })
          expect(await road(second)).toEqual({ outcome: 'gone' })
          expect(await road(third)).toMatchObject({ outcome: 'road' })
          await under.breakState(workspaceId, third, 3, how)
          expect(await road(third)).toEqual({ outcome: 'gone' })
        })
      }
    })

    describe('ids of earlier epochs', () => {
      it('[E4] are told from those of the present one and from unknown ones', async () => {
        await write(1, 0, [10, 11])
        const epoch = await begin(1, 1, 77)
        await write(epoch, 1, [12])
        expect(await earlier(12, 11, 10, 13, 77)).toEqual({ outcome: 'ids', ids: [10, 11] })
        await begin(epoch, 2, 78)
        expect(await earlier(10, 12, 77, 78)).toEqual({ outcome: 'ids', ids: [10, 12, 77] })
      })

      it('[E4] stay that where their user binds them again', async () => {
        await write(1, 0, [10])
        const epoch = await begin(1, 1, 77)
        expect(await write(epoch, 1, [10])).toMatchObject({ outcome: 'committed' })
        expect((await load()).bindings).toContainEqual({ clientId: 10, userId: ana.id })
        expect(await earlier(10)).toEqual({ outcome: 'ids', ids: [10] })
      })

      it('[E4] are none where nothing is asked, or there is no workspace', async () => {
        expect(await earlier()).toEqual({ outcome: 'ids', ids: [] })
        const nowhere = await under.epochs.earlierIds('nobody' as WorkspaceId, [1])
        expect(nowhere).toEqual({ outcome: 'ids', ids: [] })
      })

      it('[E5] stay their user’s, whom a load names where it is asked for them', async () => {
        await write(1, 0, [10])
        const epoch = await begin(1, 1, 77)
        expect(await write(epoch, 1, [10], ben)).toEqual({ outcome: 'conflict' })
        expect((await load()).bindings).toEqual([{ clientId: 77, userId: '' }])
        const asked = await under.journal.load(workspaceId, [10, 11])
        expect(asked).toMatchObject({
          bindings: [
            { clientId: 10, userId: ana.id },
            { clientId: 77, userId: '' },
          ],
        })
      })
    })

    it('are away while the storage is, and there again with it', async () => {
      await write(1, 0, [10])
      under.goAway()
      expect(await under.epochs.begin(next(1, 1))).toEqual({ outcome: 'away' })
      expect(await road(1)).toEqual({ outcome: 'away' })
      expect(await earlier(10)).toEqual({ outcome: 'away' })
      await under.comeBack()
      expect(await under.epochs.begin(next(1, 1))).toMatchObject({ outcome: 'begun' })
    })
  })
}
