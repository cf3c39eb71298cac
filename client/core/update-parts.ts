import type { ClientId } from 'kith-shared'
import * as Y from 'yjs'

/** The clocks from `start` to before `end` of one client id. */
export interface ClockRange {
  client: ClientId
  start: number
  end: number
}

/** What an update brings, and what must be there before it can be integrated. */
export interface UpdateParts {
  structs: ClockRange[]
  /** Of structs, to the left and to the right; one clock each. */
  origins: ClockRange[]
  deletes: ClockRange[]
}

/** `undefined` for bytes that are no update in encoding v1. */
export const partsOf = (update: Uint8Array): UpdateParts | undefined => {
  const parts: UpdateParts = { structs: [], origins: [], deletes: [] }
  try {
    const { structs, ds } = Y.decodeUpdate(update)
    for (const struct of structs) {
      parts.structs.push(rangeOf(struct.id, struct.length))
      if (!(struct instanceof Y.Item)) continue
      for (const origin of [struct.origin, struct.rightOrigin]) {
        if (origin !== null) parts.origins.push(rangeOf(origin, 1))
      }
    }
    for (const [client, ranges] of ds.clients) {
      for (const { clock, len } of ranges) parts.deletes.push(rangeOf({ client, clock }, len))
    }
  } catch {
    return undefined
  }
  return parts
}

export const rangeOf = (
  { client, clock }: { client: ClientId; clock: number },
  length: number,
): ClockRange => ({ client, start: clock, end: clock + length })

/** Whether any clock is in both. */
export const meet = (a: ClockRange, b: ClockRange): boolean =>
  a.client === b.client && a.start < b.end && b.start < a.end

/** Whether a document that holds `stateOf(client)` clocks of each client takes all of it now. */
export const isIntegrable = (
  { structs, origins, deletes }: UpdateParts,
  stateOf: (client: ClientId) => number,
): boolean => {
  const ends = new Map<ClientId, number>()
  const end = (client: ClientId): number => ends.get(client) ?? stateOf(client)
  for (const range of structs) {
    if (range.start > end(range.client)) return false
    ends.set(range.client, Math.max(end(range.client), range.end))
  }
  return [...origins, ...deletes].every((range) => range.end <= end(range.client))
}
