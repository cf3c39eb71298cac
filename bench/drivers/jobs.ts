import { crowd } from './crowd.js'
import { fill } from './fill.js'
import { hold, release } from './hold.js'
import { join } from './join.js'
import { beginPaced, endPaced } from './paced.js'
import { presence } from './presence.js'
import { saturate } from './saturate.js'
import { storm } from './storm.js'

/** All that a driver can be asked for. */
export const JOBS = {
  beginPaced,
  crowd,
  endPaced,
  fill,
  hold,
  join,
  presence,
  release,
  saturate,
  storm,
}

export type JobName = keyof typeof JOBS
/** Of jobs that need none, nothing. */
export type JobParams<Name extends JobName> = Parameters<(typeof JOBS)[Name]>[1]
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof JOBS)[Name]>>
