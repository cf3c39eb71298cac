/** The process that drives: takes one job after the other from its parent, and gives each result. */

import type { Target } from '../target.js'
import { JOBS, type JobName } from './jobs.js'

export interface Order {
  job: JobName
  target: Target
  params: unknown
}

export type Answer = { ok: true; result: unknown } | { ok: false; error: string }

const perform = async ({ job, target, params }: Order): Promise<Answer> => {
  try {
    // The parent's `Driver.run` gives each job the params of its type.
    const work = JOBS[job] as (target: Target, params: unknown) => Promise<unknown>
    return { ok: true, result: await work(target, params) }
  } catch (error) {
    return { ok: false, error: error instanceof Error ? (error.stack ?? error.message) : 'unknown' }
  }
}

process.on('message', async (order: Order) => {
  process.send?.(await perform(order))
})
process.on('disconnect', () => process.exit(0))
