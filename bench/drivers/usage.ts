import { cpuOf, cpuOfTree } from '../proc.js'
import type { Target } from '../target.js'

/** Milliseconds of processor since a moment. */
export interface Usage {
  server: number
  /** PostgreSQL's processes together; 0 where there are none. */
  database: number
  driver: number
  /** By the clock. */
  elapsed: number
}

const now = ({ serverPid, databasePid }: Target): Usage => ({
  server: cpuOf(serverPid),
  database: databasePid === undefined ? 0 : cpuOfTree(databasePid),
  driver: cpuOf(process.pid),
  elapsed: performance.now(),
})

/** What is asked of the processors from now on, until the function that it gives is called. */
export const beginUsage = (target: Target): (() => Usage) => {
  const before = now(target)
  return () => {
    const after = now(target)
    return {
      server: after.server - before.server,
      database: after.database - before.database,
      driver: after.driver - before.driver,
      elapsed: after.elapsed - before.elapsed,
    }
  }
}
