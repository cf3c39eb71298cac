import { fill } from './fill.js'
import { saturate } from './saturate.js'

/** All that a driver can be asked for. */
export const JOBS = { fill, saturate }

export type JobName = keyof typeof JOBS
export type JobParams<Name extends JobName> = Parameters<(typeof JOBS)[Name]>[1]
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof JOBS)[Name]>>
