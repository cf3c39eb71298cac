/** A journal that mends what it finds damaged, and then reads again. */
import type { Seq, WorkspaceId } from 'kith-shared'
import type { Journal } from './core/ports.js'
import { JournalDamaged } from './edge/journal-damaged.js'
import type { Mended } from './mender.js'

/** Each mends at least one thing. */
const ATTEMPTS = 3

interface Mending {
  mend(workspaceId: WorkspaceId, seq?: Seq): Promise<Mended>
}

/**
 * `readRows` still throws `JournalDamaged` where mending began a new epoch: whoever asked is in the
 * one before, and the room hears of it by itself.
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
})

const rowOf = ({ damage, seq }: JournalDamaged): Seq | undefined =>
  damage === 'checksum' ? seq : undefined
