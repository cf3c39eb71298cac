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

/** Does one job at a time. */
export class Driver {
  #child: ChildProcess | undefined
  #hasAnswered: (answer: Answer) => void = () => undefined

  start(): void {
    const child = fork(program, [], {
      execArgv: ['--import', 'tsx', '--max-old-space-size=8192'],
      serialization: 'advanced',
    })
    child.on('message', (answer: Answer) => this.#hasAnswered(answer)) // from drivers/main.ts
    child.on('exit', () => this.#hasAnswered({ ok: false, error: 'the driver has ended' }))
    this.#child = child
  }

  /** Rejects where the job fails, takes too long, or the driver is closed meanwhile. */
  async run<Name extends JobName>(
    job: Name,
    target: Target,
    params: JobParams<Name>,
  ): Promise<JobResult<Name>> {
    const order: Order = { job, target, params }
    const child = this.#child
    if (child === undefined) throw new Error(`${job} on ${target.dialect}: the driver is closed`)
    const answer = await new Promise<Answer>((resolve) => {
      const late = setTimeout(() => resolve({ ok: false, error: 'took too long' }), JOB_TIME)
      this.#hasAnswered = (given) => {
        clearTimeout(late)
        resolve(given)
      }
      child.send(order)
    })
    if (!answer.ok) throw new Error(`${job} on ${target.dialect}: ${answer.error}`)
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
