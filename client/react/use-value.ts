import { useCallback, useRef, useSyncExternalStore } from 'react'

const nothing = (): void => undefined

/**
 * The one hook that reads; every other is a line or two on top of it.
 *
 * `source` is a workspace or a part of one; `undefined` on the server, in the render that hydrates
 * and until the effects have opened it, and then the value is `empty`, so that both sides render
 * the same. `subscribe` must be the same from render to render; `read` may be written inline
 * and may build a new value each time: one that is `equal` to the last is thrown away, and nothing
 * renders.
 */
export const useValue = <Source, Value>(
  source: Source | undefined,
  subscribe: (source: Source, changed: () => void) => () => void,
  read: (source: Source) => Value,
  empty: Value,
  equal: (a: Value, b: Value) => boolean = Object.is,
): Value => {
  const held = useRef(empty)
  // Written while rendering: whatever a discarded render left here is at worst an unequal value,
  // which the next read replaces.
  const get = (): Value => {
    const next = source === undefined ? empty : read(source)
    if (!equal(held.current, next)) held.current = next
    return held.current
  }
  const listen = useCallback(
    (changed: () => void) => (source === undefined ? nothing : subscribe(source, changed)),
    [source, subscribe],
  )
  return useSyncExternalStore(listen, get, () => empty)
}
