import type { ContactId } from 'kith-shared'

/** Contacts picked for something that is done to all of them. */
export interface Selection {
  readonly picked: ReadonlySet<ContactId>
  /** Where a range begins; `undefined` before the first pick. */
  readonly anchor: ContactId | undefined
}

export const NOTHING_PICKED: Selection = { picked: new Set(), anchor: undefined }

export const toggled = ({ picked }: Selection, id: ContactId): Selection => {
  const next = new Set(picked)
  if (!next.delete(id)) next.add(id)
  return { picked: next, anchor: id }
}

/** All from the anchor (or `from`, before the first pick) to `to`, beside what was picked before. */
export const extended = (
  selection: Selection,
  ids: readonly ContactId[],
  to: ContactId,
  from?: ContactId,
): Selection => {
  const anchor = selection.anchor ?? from ?? to
  const [a, b] = [ids.indexOf(anchor), ids.indexOf(to)]
  if (a === -1 || b === -1) return toggled(selection, to)
  const range = ids.slice(Math.min(a, b), Math.max(a, b) + 1)
  return { picked: new Set([...selection.picked, ...range]), anchor }
}

export const everything = (ids: readonly ContactId[]): Selection => ({
  picked: new Set(ids),
  anchor: ids[0],
})

/** Only what is still listed: nothing is done to a contact that nobody sees. The same if it all is. */
export const amongListed = (selection: Selection, ids: readonly ContactId[]): Selection => {
  if (selection.picked.size === 0) return selection
  const listed = new Set(ids)
  const picked = [...selection.picked].filter((id) => listed.has(id))
  if (picked.length === selection.picked.size) return selection
  return picked.length === 0 ? NOTHING_PICKED : { picked: new Set(picked), anchor: picked[0] }
}
