/** A journal that mends what it finds damaged, and then reads again. */
import type { Seq, WorkspaceId } from 'kith-shared'
import type { Journal } from './core/ports.js'
import { JournalDamaged } from './edge/journal-damaged.js'
import type { Mended } from './mender.js'

/** Each mends at least one thing. */
const ATTEMPTS = 3

interface Mending {
  mend(workspaceId: WorkspaceId, seq?: Seq): Promise<Mended>
  underWay(workspaceId: WorkspaceId): Promise<Mended> | undefined
}

/**
 * `journal` is one whose snapshots that are passed over the mender is told of. Rows and snapshots still
 * throw `JournalDamaged` where mending began a new epoch: whoever asked is in the one before, and the
 * room hears of it by itself.
 */
export const mendedJournal = (journal: Journal, mender: Mending): Journal => ({
  ...journal,
  async load(...given) {
    for (let left = ATTEMPTS; ; left--) {
      try {
        return await journal.load(...given)
      } catch (error) {
        if (!(error instanceof JournalDamaged) || left === 0) throw error
        const { outcome } = await mender.mend(error.workspaceId, rowOf(error))
        if (outcome === 'away') return { outcome }
      }
    }
  },
  async readRows(...given) {
    for (let left = ATTEMPTS; ; left--) {
      try {
        return await journal.readRows(...given)
      } catch (error) {
        if (!(error instanceof JournalDamaged) || left === 0) throw error
        const { outcome } = await mender.mend(error.workspaceId, rowOf(error))
        if (outcome === 'away') return { outcome }
        if (outcome !== 'opens') throw error
      }
    }
  },
  /** Without the newest snapshot the one before may not do: see whether the workspace opens by it. */
  async readSnapshot(workspaceId) {
    for (let left = ATTEMPTS; ; left--) {
      const read = await journal.readSnapshot(workspaceId)
      const mended = await mender.underWay(workspaceId)
      if (mended === undefined || left === 0) return read
      if (mended.outcome === 'away') return { outcome: 'away' }
      if (mended.outcome === 'renewed') throw new JournalDamaged(workspaceId, 0, 'no-opening-state')
    }
  },
})

const rowOf = ({ damage, seq }: JournalDamaged): Seq | undefined =>
  damage === 'checksum' ? seq : undefined
