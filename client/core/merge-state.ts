import * as Y from 'yjs'

/**
 * One update for many, without what was overwritten. `undefined` where something is missing among
 * them: then the many say more than one could.
 */
export const mergeState = (updates: readonly Uint8Array[]): Uint8Array | undefined => {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  const isWhole = doc.store.pendingStructs === null && doc.store.pendingDs === null
  const merged = isWhole ? Y.encodeStateAsUpdate(doc) : undefined
  doc.destroy()
  return merged
}
