/**
 * The origin of edits by keys, for `doc.transact(edit, TYPING)`: those at one place with pauses of
 * less than half a second are one step of `workspace.undo`.
 */
export const TYPING: unique symbol = Symbol('kith typing')

/** The origin of the transactions of one action that takes several: one step of `workspace.undo`. */
export class ActionBatch {}
