/**
 * A room in which everything is done at once and for real, the journal's part in memory: commits,
 * snapshots and trials, so that a test can see what a whole history leaves.
 */
import type { Refusal } from 'kith-shared'
import { compact, type DocumentRow } from '../../server/core/documents.js'
import { tryOut } from '../../server/core/trial.js'
import { stage } from '../unit/room/stage.js'

export const playRoom = () => {
  const play = stage()
  const rows: DocumentRow[] = []
  let snapshot: { seq: number; document: Uint8Array } | undefined
  let performed = 0
  let snapshots = 0
  let trials = 0
  const refusals: Refusal[] = []

  /** Performs what the room wants done, and what comes of that. */
  const settle = (options: { hold?: 'trials' } = {}): void => {
    const held: typeof play.effects = []
    for (; performed < play.effects.length; performed++) {
      const effect = play.effects[performed]
      if (effect?.type === 'commit') {
        rows.push(...effect.batch.rows)
        // A join has committed its own.
        if (play.inFlight()?.id === effect.batch.id) play.commit()
      } else if (effect?.type === 'trial') {
        if (options.hold === 'trials') held.push(effect)
        else {
          trials++
          const tail = rows.slice(snapshot?.seq ?? 0, effect.through)
          const outcome = tryOut(snapshot?.document, tail, effect.candidate)
          play.step({ type: 'trial-done', id: effect.id, outcome })
        }
      } else if (effect?.type === 'refused') {
        refusals.push(effect.refusal)
      } else if (effect?.type === 'snapshot-due') {
        snapshots++
        const made = compact(snapshot?.document, rows.slice(snapshot?.seq ?? 0, effect.through))
        if (!made) throw new Error('the rows do not follow')
        snapshot = { seq: effect.through, document: made.document }
        play.step({ type: 'snapshot-done', seq: effect.through, steps: made.steps })
      }
    }
    // They are what comes next.
    play.effects.push(...held)
  }
  return {
    ...play,
    rows,
    settle,
    /** How often a document had to tell. */
    trials: () => trials,
    snapshots: () => snapshots,
    refusals,
    /** A person joins and sends, and all that comes of it is done. */
    tell(session: number, ...updates: Uint8Array[]): void {
      for (const update of updates) {
        play.send(session, update)
        settle()
      }
    },
  }
}
