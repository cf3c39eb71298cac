import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer } from './directory-client.js'
import { type Failure, passes } from './failure.js'

/** What was loaded last, and why there is nothing newer; both where the last try failed. */
export interface Loaded<Value> {
  value: Value | undefined
  failure: Failure | undefined
  reload: () => void
  /** What a change of one's own has made of it, until the next answer. */
  change: (update: (value: Value) => Value) => void
}

/** First wait before another try and the longest one, in milliseconds. */
const SOONEST = 2_000
const LATEST = 30_000

/**
 * Loads when mounted, when `key` changes, when the page is seen again or the network is back, and
 * again by itself while the server is away. An older answer never replaces a newer one.
 */
export const useLoaded = <Value>(
  load: (signal: AbortSignal) => Promise<Answer<Value>>,
  key: string,
): Loaded<Value> => {
  const [value, setValue] = useState<Value>()
  const [failure, setFailure] = useState<Failure>()
  const [round, setRound] = useState(0)
  const newest = useRef(load)
  const tries = useRef(0)
  const reload = useCallback(() => setRound((last) => last + 1), [])
  useEffect(() => {
    newest.current = load
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key or round asks again
  useEffect(() => {
    const ended = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const take = (answer: Answer<Value>): void => {
      if (ended.signal.aborted) return
      if (answer.outcome === 'done') {
        tries.current = 0
        setValue(answer.value)
        setFailure(undefined)
        return
      }
      setFailure(answer.failure)
      if (passes(answer.failure)) timer = setTimeout(reload, waitFor(answer.failure, tries))
    }
    void newest.current(ended.signal).then(take)
    return () => {
      ended.abort()
      clearTimeout(timer)
    }
  }, [key, round])
  useEffect(() => onComingBack(reload), [reload])
  const change = useCallback((update: (value: Value) => Value) => {
    setValue((last) => (last === undefined ? last : update(last)))
  }, [])
  return { value, failure, reload, change }
}

const waitFor = ({ retryAfter }: Failure, tries: { current: number }): number => {
  const wait = Math.min(LATEST, SOONEST * 2 ** tries.current)
  tries.current += 1
  return retryAfter ?? wait
}

const onComingBack = (act: () => void): (() => void) => {
  const seen = (): void => {
    if (document.visibilityState === 'visible') act()
  }
  addEventListener('online', act)
  document.addEventListener('visibilitychange', seen)
  return () => {
    removeEventListener('online', act)
    document.removeEventListener('visibilitychange', seen)
  }
}
