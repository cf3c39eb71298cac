import { type ClientId, type Epoch, UPDATE_SPLIT_BYTES } from 'kith-shared'
import type { Edit } from './edit.js'
import { MERGED_AT_ONCE } from './merge-all.js'

/** Where an edit stands on the present connection. */
export type Standing =
  | { standing: 'waiting' }
  /** In update messages `from` to `through` of this connection. */
  | { standing: 'sent'; from: number; through: number }
  /** Rejected for a gap; the server's question, or its next commit of ours, sends it again. */
  | { standing: 'gapped' }
  /** A gap that nobody asks about any more; after some tries left for the next connection. */
  | { standing: 'blocked' }
  /** Not to be sent: it waits for the device, or for another to take its place. */
  | { standing: 'held' }

export interface Item {
  edit: Edit
  standing: Standing
  /** It was refused together with others: now it goes by itself. */
  alone: boolean
  gaps: number
}

/**
 * Waiting edits of one client id that follow each other and fit one message; of this epoch alone,
 * since in another one their clocks mean nothing.
 */
export const nextBatch = (items: Iterable<Item>, epoch: Epoch): Item[] => {
  const batch: Item[] = []
  const held = new Set<ClientId>()
  let bytes = 0
  for (const item of items) {
    if (item.edit.epoch !== epoch) continue
    const [first] = batch
    if (item.standing.standing === 'held') held.add(item.edit.clientId)
    // Behind one that is held it would be a gap.
    if (item.standing.standing !== 'waiting' || held.has(item.edit.clientId)) {
      if (first === undefined) continue
      break
    }
    bytes += item.edit.update.length
    const fits = batch.length < MERGED_AT_ONCE && bytes <= UPDATE_SPLIT_BYTES && !item.alone
    if (first && (!fits || first.alone || first.edit.clientId !== item.edit.clientId)) break
    batch.push(item)
  }
  return batch
}
