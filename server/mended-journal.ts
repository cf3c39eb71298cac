/** A journal that mends what it finds damaged, and then reads again. */
import type { Seq, WorkspaceId } from 'kith-shared'
import type { Journal } from './core/ports.js'
import { isPageDamaged } from './edge/damaged-pages.js'
import { JournalDamaged } from './edge/journal-damaged.js'
import type { Mended } from './mender.js'

/** Each mends at least one thing. */
const ATTEMPTS = 3

interface Mending {
  mend(workspaceId: WorkspaceId, what?: Seq | 'pages'): Promise<Mended>
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
        if (!isDamage(error) || left === 0) throw error
        const { outcome } = await mender.mend(given[0], whatOf(error))
        if (outcome === 'away') return { outcome }
      }
    }
  },
  async readRows(...given) {
    for (let left = ATTEMPTS; ; left--) {
      try {
        return await journal.readRows(...given)
      } catch (error) {
        if (!isDamage(error) || left === 0) throw error
        const { outcome } = await mender.mend(given[0], whatOf(error))
        if (outcome === 'away') return { outcome }
        if (outcome !== 'opens') throw error
      }
    }
  },
  /** Without the newest snapshot the one before may not do: see whether the workspace opens by it. */
  async readSnapshot(workspaceId) {
    for (let left = ATTEMPTS; ; left--) {
      const read = await journal.readSnapshot(workspaceId).catch((error: unknown) => {
        if (!isPageDamaged(error) || left === 0) throw error
        return undefined
      })
      const mended = await (read ? mender.underWay(workspaceId) : mender.mend(workspaceId, 'pages'))
      if (read && (mended === undefined || left === 0)) return read
      if (mended?.outcome === 'away') return { outcome: 'away' }
      if (mended?.outcome === 'renewed')
        throw new JournalDamaged(workspaceId, 0, 'no-opening-state')
    }
  },
})

const isDamage = (error: unknown): boolean =>
  error instanceof JournalDamaged || isPageDamaged(error)

const whatOf = (error: unknown): Seq | 'pages' | undefined => {
  if (!(error instanceof JournalDamaged)) return 'pages'
  return error.damage === 'checksum' ? error.seq : undefined
}
