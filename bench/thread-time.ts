import { readFileSync } from 'node:fs'

/**
 * Milliseconds for which this thread has had a processor: other work on the machine does not
 * count. By Linux's `schedstat`; elsewhere the wall's clock.
 */
export const threadTime = (): number => {
  try {
    const [nanoseconds = '0'] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')
    return Number(nanoseconds) / 1e6
  } catch {
    return performance.now()
  }
}
