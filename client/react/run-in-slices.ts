import type { Steps } from 'kith-shared'

/** Milliseconds of work between two rests: half of a frame, so that a key in between shows in its own. */
const SLICE = 8

/** As much as fits into so many milliseconds; gives the result where that was all. */
export const goOn = <Result>(
  steps: Steps<Result>,
  milliseconds: number,
): { readonly result: Result } | undefined => {
  const end = performance.now() + milliseconds
  for (;;) {
    const step = steps.next()
    if (step.done) return { result: step.value }
    if (performance.now() >= end) return undefined
  }
}

/**
 * Does long work slice by slice, some 8 ms each, and lets the page answer and paint in between.
 * Gives the way to stop; what throws ends it, and is thrown in a task of its own.
 */
export const runInSlices = <Result>(
  steps: Steps<Result>,
  done: (result: Result) => void,
): (() => void) => {
  const { port1, port2 } = new MessageChannel()
  let isStopped = false
  const stop = (): void => {
    isStopped = true
    port1.close()
  }
  port1.onmessage = () => {
    if (isStopped) return
    const end = goOn(steps, SLICE)
    if (end === undefined) return port2.postMessage(undefined)
    stop()
    done(end.result)
  }
  port2.postMessage(undefined)
  return stop
}
