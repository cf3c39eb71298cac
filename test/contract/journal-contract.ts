import { randomUUID } from 'node:crypto'
import type { NoteId, UserId, WorkspaceId } from 'kith-shared'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type {
  Batch,
  Binding,
  CommitOutcome,
  Journal,
  JournalRow,
  NoteAuthor,
  NoteAuthors,
} from '../../server/core/ports.js'

/** A journal, and what a test needs to do behind its back. */
export interface JournalUnderTest {
  journal: Journal
  noteAuthors: NoteAuthors
  createWorkspace(workspaceId: WorkspaceId): Promise<void>
  setEpoch(workspaceId: WorkspaceId, epoch: number): Promise<void>
  overwriteRow(workspaceId: WorkspaceId, seq: number, update: Uint8Array): Promise<void>
  deleteRow(workspaceId: WorkspaceId, seq: number): Promise<void>
  overwriteSnapshot(
    workspaceId: WorkspaceId,
    seq: number,
    part: 'document' | 'index',
    bytes: Uint8Array,
  ): Promise<void>
  goAway(): void
  comeBack(): Promise<void>
  /** Commits so that the answer is lost after the commit is done. */
  loseAnswer(batch: Batch): Promise<CommitOutcome>
  close(): Promise<void>
}

// The casts stand in for the guards: these are well-formed.
const user = (id: string) => id as UserId
const ana = { id: user('ana'), name: 'Ana' }
const ben = { id: user('ben'), name: 'Ben “the \\ quote" O\'Neil' }

const bytes = (...values: number[]) => Uint8Array.from(values)
const every = Uint8Array.from({ length: 256 }, (_, index) => index)

/** The suite that every journal passes (`Journal` in server/core/ports.ts). */
export const journalContract = (name: string, open: () => Promise<JournalUnderTest>): void => {
  describe(name, () => {
    let under: JournalUnderTest
    let workspaceId: WorkspaceId

    const batch = (head: number, updates: Uint8Array[], more: Partial<Batch> = {}): Batch => ({
      id: randomUUID(),
      workspaceId,
      epoch: 1,
      head,
      rows: updates.map((update) => ({ author: ana, update })),
      bindings: [],
      ...more,
    })
    const binding = (clientId: number, userId: UserId): Binding => ({ clientId, userId })
    const commit = (next: Batch) => under.journal.commit(next)
    const load = async () => {
      const loaded = await under.journal.load(workspaceId)
      if (loaded.outcome !== 'loaded') throw new Error(loaded.outcome)
      return loaded
    }
    const rowsAfter = async (after: number, maxBytes = 1_000_000): Promise<JournalRow[]> => {
      const read = await under.journal.readRows(workspaceId, after, maxBytes)
      if (read.outcome !== 'rows') throw new Error(read.outcome)
      return read.rows
    }
    const snapshot = (seq: number, epoch = 1) => ({
      epoch,
      seq,
      document: bytes(1, seq),
      index: bytes(2, seq),
    })
    const write = async (seq: number, epoch = 1) =>
      (await under.journal.writeSnapshot(workspaceId, snapshot(seq, epoch))).outcome
    const readSnapshot = async () => {
      const read = await under.journal.readSnapshot(workspaceId)
      if (read.outcome !== 'snapshot') throw new Error(read.outcome)
      return read.snapshot
    }

    beforeEach(async () => {
      under = await open()
      workspaceId = `w-${randomUUID()}` as WorkspaceId
      await under.createWorkspace(workspaceId)
    })
    afterEach(() => under.close())

    describe('commit', () => {
      it('numbers rows from 1 without a gap, and gives them back as they were', async () => {
        const began = Date.now()
        const first = await commit(
          batch(0, [], {
            rows: [
              { author: ana, update: every },
              { author: ben, update: bytes(2) },
            ],
          }),
        )
        expect(first).toMatchObject({ outcome: 'committed', head: 2 })
        expect(await commit(batch(2, [bytes(3)]))).toMatchObject({ outcome: 'committed', head: 3 })

        const rows = await rowsAfter(0)
        expect(rows.map((row) => [row.seq, row.epoch, row.author, row.update])).toEqual([
          [1, 1, ana, every],
          [2, 1, ben, bytes(2)],
          [3, 1, ana, bytes(3)],
        ])
        const times = rows.map((row) => row.committedAt)
        expect(first).toMatchObject({ committedAt: times[0] })
        for (const time of times) expect(Math.abs(time - began)).toBeLessThan(60_000)
        expect((await load()).head).toBe(3)
      })

      it('keeps large updates and many rows of one batch', async () => {
        const large = new Uint8Array(1_500_000).map((_, index) => index * 7)
        const updates = [large, ...Array.from({ length: 300 }, (_, index) => bytes(index & 255))]
        expect(await commit(batch(0, updates))).toMatchObject({ head: 301 })
        const { tail } = await load()
        expect(tail.map((row) => row.update)).toEqual(updates)
      })

      it('takes a batch only against the present head', async () => {
        await commit(batch(0, [bytes(1)]))
        for (const head of [0, 2]) {
          expect(await commit(batch(head, [bytes(9)]))).toEqual({ outcome: 'conflict' })
        }
        expect((await rowsAfter(0)).map((row) => row.update)).toEqual([bytes(1)])
        expect((await load()).head).toBe(1)
      })

      it('takes a batch only for the present epoch', async () => {
        for (const epoch of [0, 2]) {
          const other = batch(0, [bytes(9)], { epoch, bindings: [binding(7, ana.id)] })
          expect(await commit(other)).toEqual({ outcome: 'conflict' })
        }
        expect(await load()).toMatchObject({ head: 0, tail: [], bindings: [] })
      })

      it('gives a conflict for a workspace that is not there', async () => {
        const absent = `absent-${randomUUID()}` as WorkspaceId
        const nowhere = batch(0, [bytes(1)], { workspaceId: absent })
        expect(await commit(nowhere)).toEqual({ outcome: 'conflict' })
      })

      it('lets exactly one of many committers have each head', async () => {
        const wins = new Map<number, number>()
        const committer = async (number: number) => {
          for (let done = 0; done < 8; ) {
            const { head } = await load()
            const outcome = await commit(batch(head, [bytes(number, done)]))
            if (outcome.outcome === 'away') throw new Error('away')
            if (outcome.outcome === 'conflict') continue
            expect(outcome.head).toBe(head + 1)
            wins.set(outcome.head, (wins.get(outcome.head) ?? 0) + 1)
            done += 1
          }
        }
        await Promise.all(Array.from({ length: 6 }, (_, number) => committer(number)))
        expect([...wins.values()]).toEqual(Array(48).fill(1))
        const { tail } = await load()
        expect(tail.map((row) => row.seq)).toEqual(Array.from({ length: 48 }, (_, i) => i + 1))
        for (let number = 0; number < 6; number += 1) {
          const own = tail.filter(({ update }) => update[0] === number)
          expect(own.map(({ update }) => update[1])).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
        }
      })

      it('takes exactly one of many batches against the same head', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, number) => commit(batch(0, [bytes(number)]))),
        )
        expect(outcomes.filter((each) => each.outcome === 'committed')).toHaveLength(1)
        expect(outcomes.filter((each) => each.outcome === 'conflict')).toHaveLength(19)
        expect(await rowsAfter(0)).toHaveLength(1)
      })
    })

    describe('the same batch again', () => {
      it('[P1] has the first outcome, and writes nothing twice', async () => {
        const once = batch(0, [bytes(1), bytes(2)], { bindings: [binding(7, ana.id)] })
        const first = await commit(once)
        expect(await commit(once)).toEqual(first)
        expect(await rowsAfter(0)).toHaveLength(2)
      })

      it('[P1] has the first outcome also after others went on', async () => {
        const once = batch(0, [bytes(1), bytes(2)])
        const first = await commit(once)
        await commit(batch(2, [bytes(3)]))
        expect(await commit(once)).toEqual(first)
        expect(await rowsAfter(0)).toHaveLength(3)
      })

      it('[P1] of bindings only has the first outcome, before and after others went on', async () => {
        const once = batch(0, [], { bindings: [binding(7, ana.id), binding(8, ben.id)] })
        const first = await commit(once)
        expect(first).toMatchObject({ outcome: 'committed', head: 0 })
        expect(await commit(once)).toEqual(first)
        await commit(batch(0, [bytes(1)]))
        expect(await commit(once)).toEqual(first)
        expect((await load()).bindings).toEqual(once.bindings)
      })

      it('[P1] has the first outcome where the answer to the first was lost', async () => {
        const once = batch(0, [bytes(1)], { bindings: [binding(7, ana.id)] })
        expect(await under.loseAnswer(once)).toEqual({ outcome: 'away' })
        const again = await commit(once)
        expect(again).toMatchObject({ outcome: 'committed', head: 1 })
        const rows = await rowsAfter(0)
        expect(rows).toHaveLength(1)
        expect(again).toMatchObject({ committedAt: rows[0]?.committedAt })
      })

      it('is not mistaken for another with the same content', async () => {
        await commit(batch(0, [bytes(1)]))
        expect(await commit(batch(0, [bytes(1)]))).toEqual({ outcome: 'conflict' })
      })
    })

    describe('authors of notes', () => {
      const note = (id: string, author: NoteAuthor['author']): NoteAuthor => ({
        noteId: id as NoteId,
        author,
      })
      const find = async (...ids: string[]): Promise<NoteAuthor[]> => {
        const found = await under.noteAuthors.find(workspaceId, ids as NoteId[])
        if (found.outcome !== 'found') throw new Error(found.outcome)
        return found.authors.sort((one, other) => (one.noteId < other.noteId ? -1 : 1))
      }

      it('[H10] are kept with the batch that creates their notes, and found by id', async () => {
        const notes = [note('n1', ana), note('n2', ben), note('_-Z', ana)]
        expect(await commit(batch(0, [bytes(1), bytes(2)], { notes }))).toMatchObject({ head: 2 })
        expect(await find('n2', 'n1', 'n1', 'unknown')).toEqual([note('n1', ana), note('n2', ben)])
        expect(await find('_-Z')).toEqual([note('_-Z', ana)])
        expect(await find()).toEqual([])
      })

      it('[H10] stay with who created a note first, in one batch and later', async () => {
        const eve = { id: user('eve'), name: 'Eve' }
        const twice = [note('n1', ana), note('n1', eve)]
        await commit(batch(0, [bytes(1)], { notes: twice }))
        const again = { notes: [note('n1', eve), note('n2', eve)] }
        expect(await commit(batch(1, [bytes(2)], again))).toMatchObject({ head: 2 })
        expect(await find('n1', 'n2')).toEqual([note('n1', ana), note('n2', eve)])
      })

      it('[H10] are not kept where the batch is not taken', async () => {
        await commit(batch(0, [bytes(1)]))
        const late = batch(0, [bytes(2)], { notes: [note('n1', ana)] })
        expect(await commit(late)).toEqual({ outcome: 'conflict' })
        const old = batch(1, [bytes(2)], { notes: [note('n1', ana)], epoch: 2 })
        expect(await commit(old)).toEqual({ outcome: 'conflict' })
        expect(await find('n1')).toEqual([])
      })

      it('[H10] are kept once by a batch whose outcome was not known', async () => {
        const once = batch(0, [bytes(1)], { notes: [note('n1', ana)] })
        expect(await under.loseAnswer(once)).toEqual({ outcome: 'away' })
        expect(await commit(once)).toMatchObject({ outcome: 'committed', head: 1 })
        expect(await rowsAfter(0)).toHaveLength(1)
        expect(await find('n1')).toEqual([note('n1', ana)])
      })

      it('[H10] outlive the epoch, and are of one workspace alone', async () => {
        await commit(batch(0, [bytes(1)], { notes: [note('n1', ana)] }))
        await under.setEpoch(workspaceId, 2)
        expect(await find('n1')).toEqual([note('n1', ana)])
        const other = `w-${randomUUID()}` as WorkspaceId
        await under.createWorkspace(other)
        const elsewhere = await under.noteAuthors.find(other, ['n1' as NoteId])
        expect(elsewhere).toEqual({ outcome: 'found', authors: [] })
      })

      it('[H10] are away with the storage', async () => {
        under.goAway()
        const asked = await under.noteAuthors.find(workspaceId, ['n1' as NoteId])
        expect(asked).toEqual({ outcome: 'away' })
        await under.comeBack()
      })
    })

    describe('bindings', () => {
      it('are kept, and found again by load', async () => {
        const largest = 2 ** 53 - 1
        const bindings = [
          binding(0, ana.id),
          binding(3_000_000_000, ben.id),
          binding(largest, ana.id),
        ]
        await commit(batch(0, [bytes(1)], { bindings }))
        expect((await load()).bindings).toEqual(bindings)
      })

      it('of the same user again are fine', async () => {
        await commit(batch(0, [], { bindings: [binding(7, ana.id)] }))
        const again = batch(0, [bytes(1)], { bindings: [binding(7, ana.id), binding(8, ana.id)] })
        expect(await commit(again)).toMatchObject({ outcome: 'committed', head: 1 })
        expect((await load()).bindings).toEqual([binding(7, ana.id), binding(8, ana.id)])
      })

      it("[P4] of another user's id are a conflict of the whole batch", async () => {
        await commit(batch(0, [], { bindings: [binding(7, ana.id)] }))
        const theft = batch(0, [bytes(1)], { bindings: [binding(6, ben.id), binding(7, ben.id)] })
        expect(await commit(theft)).toEqual({ outcome: 'conflict' })
        expect(await commit({ ...theft, rows: [] })).toEqual({ outcome: 'conflict' })
        expect(await load()).toMatchObject({ head: 0, tail: [], bindings: [binding(7, ana.id)] })
      })

      it('[P4] outlive their epoch, so that nobody takes over an id that unsent work carries', async () => {
        await commit(batch(0, [], { bindings: [binding(7, ana.id)] }))
        await under.setEpoch(workspaceId, 2)
        const theft = batch(0, [], { epoch: 2, bindings: [binding(7, ben.id)] })
        expect(await commit(theft)).toEqual({ outcome: 'conflict' })
      })

      it('[P4] of one id for many users at once have one winner', async () => {
        const users = Array.from({ length: 12 }, (_, number) => user(`user-${number}`))
        const outcomes = await Promise.all(
          users.map((id) => commit(batch(0, [], { bindings: [binding(7, id)] }))),
        )
        const winner = outcomes.findIndex((each) => each.outcome === 'committed')
        expect(outcomes.filter((each) => each.outcome === 'committed')).toHaveLength(1)
        expect((await load()).bindings).toEqual([binding(7, users[winner] ?? user(''))])
      })

      it('against an older head are a conflict unless all of them are in place', async () => {
        await commit(batch(0, [], { bindings: [binding(7, ana.id)] }))
        await commit(batch(0, [bytes(1)]))
        for (const { id } of [ana, ben]) {
          const stale = batch(0, [], { bindings: [binding(7, id), binding(8, id)] })
          expect(await commit(stale)).toEqual({ outcome: 'conflict' })
        }
        expect((await load()).bindings).toEqual([binding(7, ana.id)])
      })
    })

    describe('load', () => {
      it('says that a workspace is absent', async () => {
        const absent = `absent-${randomUUID()}` as WorkspaceId
        expect(await under.journal.load(absent)).toEqual({ outcome: 'absent' })
      })

      it('gives an empty workspace', async () => {
        expect(await load()).toEqual({
          outcome: 'loaded',
          name: workspaceId,
          schema: 1,
          epoch: 1,
          head: 0,
          oldest: 1,
          snapshot: undefined,
          tail: [],
          bindings: [],
        })
      })

      it('gives the newest snapshot and the rows after it', async () => {
        await commit(
          batch(
            0,
            [1, 2, 3, 4, 5].map((value) => bytes(value)),
          ),
        )
        await write(2)
        await write(3)
        const { snapshot: found, tail, head } = await load()
        expect(found).toEqual({ seq: 3, documentBytes: 2, index: bytes(2, 3) })
        expect(tail.map((row) => row.seq)).toEqual([4, 5])
        expect(head).toBe(5)
      })

      it('gives parts that fit together while others commit', async () => {
        let head = 0
        const writer = async () => {
          for (; head < 40; head += 1) {
            await commit(batch(head, [bytes(head)], { bindings: [binding(head, ana.id)] }))
            if (head % 5 === 0) await write(head)
          }
        }
        const reader = async () => {
          while (head < 40) {
            const loaded = await load()
            expect((loaded.snapshot?.seq ?? 0) + loaded.tail.length).toBe(loaded.head)
            expect(loaded.bindings).toHaveLength(loaded.head)
          }
        }
        await Promise.all([writer(), reader(), reader()])
      })
    })

    describe('readRows', () => {
      beforeEach(() =>
        commit(
          batch(
            0,
            Array.from({ length: 10 }, () => new Uint8Array(100)),
          ),
        ),
      )
      const seqs = async (after: number, maxBytes?: number) =>
        (await rowsAfter(after, maxBytes)).map((row) => row.seq)

      it('gives what comes after, in order', async () => {
        expect(await seqs(7)).toEqual([8, 9, 10])
      })

      it('gives nothing at the head and beyond it', async () => {
        expect(await seqs(10)).toEqual([])
        expect(await seqs(99)).toEqual([])
      })

      it('stops at about as many bytes as asked for, and gives at least one row', async () => {
        expect(await seqs(0, 250)).toEqual([1, 2, 3])
        expect(await seqs(4, 1)).toEqual([5])
        expect(await seqs(4, 0)).toEqual([5])
      })

      it('stops before a gap, and gives nothing where the next row is gone', async () => {
        await under.deleteRow(workspaceId, 5)
        expect(await seqs(2)).toEqual([3, 4])
        expect(await seqs(4)).toEqual([])
        expect(await seqs(5)).toEqual([6, 7, 8, 9, 10])
      })
    })

    describe('snapshots', () => {
      beforeEach(() =>
        commit(
          batch(
            0,
            [1, 2, 3, 4].map((value) => bytes(value)),
          ),
        ),
      )

      it('are none at first', async () => {
        expect(await readSnapshot()).toBeUndefined()
      })

      it('are given back, the newest one', async () => {
        expect(await write(2)).toBe('written')
        expect(await write(4)).toBe('written')
        expect(await readSnapshot()).toEqual({ epoch: 1, seq: 4, document: bytes(1, 4) })
      })

      it('hold documents of any size, byte for byte, and are skipped for any byte that is not', async () => {
        const sizes = [0, 1, 32_767, 32_768, 32_769, 100_001]
        for (const [n, size] of sizes.entries()) {
          const name = `size-${size}-${workspaceId}` as WorkspaceId
          await under.createWorkspace(name)
          const document = Uint8Array.from({ length: size }, (_, at) => (at * 31 + n) % 251)
          const whole = { ...snapshot(0), document }
          expect(await under.journal.writeSnapshot(name, whole)).toEqual({ outcome: 'written' })
          const { index: _index, ...stored } = whole
          const given = { outcome: 'snapshot', snapshot: stored }
          expect(await under.journal.readSnapshot(name)).toEqual(given)
          const last = document.at(-1)
          if (last === undefined) continue
          const flipped = document.slice()
          flipped[size - 1] = last ^ 1
          await under.overwriteSnapshot(name, 0, 'document', flipped)
          const none = { outcome: 'snapshot', snapshot: undefined }
          expect(await under.journal.readSnapshot(name)).toEqual(none)
        }
      })

      it('are stale where one at this seq or later is there', async () => {
        await write(3)
        expect(await write(3)).toBe('stale')
        expect(await write(2)).toBe('stale')
        expect((await readSnapshot())?.seq).toBe(3)
      })

      it('are stale for another epoch, a seq beyond the head, or no workspace', async () => {
        expect(await write(2, 2)).toBe('stale')
        expect(await write(5)).toBe('stale')
        workspaceId = `absent-${randomUUID()}` as WorkspaceId
        expect(await write(0)).toBe('stale')
      })

      it('of an earlier epoch are not given for a later one', async () => {
        await write(4)
        await under.setEpoch(workspaceId, 2)
        expect(await readSnapshot()).toBeUndefined()
        await expect(load()).rejects.toThrow('no good snapshot says how the epoch began')
        expect(await write(4, 2)).toBe('written')
        expect((await load()).snapshot).toEqual({ seq: 4, documentBytes: 2, index: bytes(2, 4) })
      })
    })

    describe('damage', () => {
      beforeEach(async () => {
        await commit(
          batch(
            0,
            [1, 2, 3, 4].map((value) => bytes(value)),
          ),
        )
        await write(1)
        await write(3)
      })

      it('of a snapshot is skipped for the snapshot before', async () => {
        await under.overwriteSnapshot(workspaceId, 3, 'index', bytes(2, 2))
        const { snapshot: found, tail } = await load()
        expect(found).toEqual({ seq: 1, documentBytes: 2, index: bytes(2, 1) })
        expect(tail.map((row) => row.seq)).toEqual([2, 3, 4])
        expect((await readSnapshot())?.seq).toBe(3)

        await under.overwriteSnapshot(workspaceId, 3, 'document', bytes(1, 2))
        expect((await readSnapshot())?.seq).toBe(1)
      })

      it('of every snapshot leaves the journal alone', async () => {
        for (const seq of [1, 3]) {
          await under.overwriteSnapshot(workspaceId, seq, 'index', bytes())
          await under.overwriteSnapshot(workspaceId, seq, 'document', bytes())
        }
        expect(await readSnapshot()).toBeUndefined()
        expect(await load()).toMatchObject({ snapshot: undefined, tail: { length: 4 } })
      })

      it('of a row that is needed fails clearly, and no byte of it is handed out', async () => {
        await under.overwriteRow(workspaceId, 4, bytes(5))
        const said = `workspace ${workspaceId}, row 4: the update does not match its checksum`
        await expect(load()).rejects.toThrow(said)
        await expect(rowsAfter(1)).rejects.toThrow(said)
      })

      it('[K4] says where the rows that are left begin', async () => {
        expect((await load()).oldest).toBe(1)
        await under.deleteRow(workspaceId, 1)
        await under.deleteRow(workspaceId, 2)
        expect((await load()).oldest).toBe(3)
        await write(4)
        await under.deleteRow(workspaceId, 3)
        await under.deleteRow(workspaceId, 4)
        expect((await load()).oldest).toBe(5)
      })

      it('of a row that a snapshot covers does not matter', async () => {
        await under.overwriteRow(workspaceId, 2, bytes(5))
        expect((await load()).tail.map((row) => row.seq)).toEqual([4])
      })

      it('where a row is missing fails clearly', async () => {
        await under.deleteRow(workspaceId, 4)
        await expect(load()).rejects.toThrow(`workspace ${workspaceId}, row 4: the row is missing`)
      })
    })

    it('is away while the storage is, and goes on when it is back', async () => {
      const next = batch(0, [bytes(1)])
      const away = { outcome: 'away' }
      under.goAway()
      expect(await commit(next)).toEqual(away)
      expect(await under.journal.load(workspaceId)).toEqual(away)
      expect(await under.journal.readRows(workspaceId, 0, 100)).toEqual(away)
      expect(await under.journal.readSnapshot(workspaceId)).toEqual(away)
      expect(await under.journal.writeSnapshot(workspaceId, snapshot(0))).toEqual(away)
      await under.comeBack()
      expect(await commit(next)).toMatchObject({ outcome: 'committed', head: 1 })
      expect((await load()).head).toBe(1)
    })
  })
}
