/** The parent's side of a driving process. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Target } from '../target.js'
import type { JobName, JobParams, JobResult } from './jobs.js'
import type { Answer, Order } from './main.js'

const program = fileURLToPath(new URL('main.ts', import.meta.url))

/** No job may take longer, in milliseconds. */
const JOB_TIME = 300_000

export class Driver {
  #child: ChildProcess | undefined

  start(): void {
    const options = { execArgv: ['--import', 'tsx', '--max-old-space-size=8192'] }
    this.#child = fork(program, [], { ...options, serialization: 'advanced' })
  }

  async run<Name extends JobName>(
    job: Name,
    target: Target,
    params: JobParams<Name>,
  ): Promise<JobResult<Name>> {
    const child = this.#child
    if (child === undefined) throw new Error('the driver was not started')
    const order: Order = { job, target, params }
    const limit = AbortSignal.timeout(JOB_TIME)
    const ended = once(child, 'exit', { signal: limit }).then(() => {
      throw new Error(`the driver ended during ${job}`)
    })
    child.send(order)
    const [answer] = (await Promise.race([
      once(child, 'message', { signal: limit }),
      ended,
    ])) as Answer[] // only drivers/main.ts answers here
    ended.catch(() => undefined)
    if (answer?.ok !== true) throw new Error(`${job} on ${target.dialect}: ${answer?.error}`)
    return answer.result as JobResult<Name> // what that job gives
  }

  /** Ends the process. Safe twice. */
  async close(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
}
