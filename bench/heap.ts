import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** V8's own collector, which a flag shows to new contexts. */
export const collectGarbage = runInNewContext('gc') as () => void

/** Bytes in use once everything unreachable is gone: the heap and what lies outside of it. */
export const bytesInUse = (): number => {
  collectGarbage()
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
