/**
 * A worker thread for what needs a document. It starts with the first job, takes one at a time, in
 * their order, and ends when it has had none for a while. A worker that dies, or is ended because a
 * job takes too long, fails that job alone; the next one gets another.
 */
import { Worker } from 'node:worker_threads'
import type { ClientId } from 'kith-shared'
import type { Compaction, DocumentRow } from '../core/documents.js'
import type { Purge } from '../core/purge.js'
import type { Renewal } from '../core/renewal.js'
import type { Salvage, Salvageable } from '../core/salvage.js'
import type { Candidate, TrialOutcome } from '../core/trial.js'

/** A job is ended after so many milliseconds; its wait for others does not count. */
const JOB_TIMEOUT = 60_000
/** A thread without a job is kept for so many milliseconds: with Yjs it takes some 10 MB. */
const IDLE_TIMEOUT = 60_000

interface Stored {
  document: Uint8Array | undefined
  rows: readonly DocumentRow[]
}

export type DocumentJob =
  | ({ type: 'compact' } & Stored)
  | ({ type: 'difference'; stateVector: Uint8Array } & Stored)
  | ({ type: 'try'; candidate: Candidate } & Stored)
  | ({ type: 'renew'; clientId: ClientId } & Stored)
  | { type: 'purge'; closing: Uint8Array; clientId: ClientId }
  | ({ type: 'salvage' } & Salvageable)

export type DocumentResult =
  | { type: 'compacted'; compaction: Compaction | undefined }
  | { type: 'difference'; update: Uint8Array }
  | { type: 'tried'; outcome: TrialOutcome }
  | { type: 'renewed'; renewal: Renewal | undefined }
  | { type: 'purged'; purge: Purge | undefined }
  | { type: 'salvaged'; salvage: Salvage | undefined }

export type DocumentAnswer = { ok: true; result: DocumentResult } | { ok: false; message: string }

/** A job that could not be done; `message` says why, and names no contact. */
export class DocumentJobFailed extends Error {
  override name = 'DocumentJobFailed'
}

interface Queued {
  job: DocumentJob
  resolve: (result: DocumentResult) => void
  reject: (error: DocumentJobFailed) => void
}

export class DocumentThread {
  readonly #idleTimeout: number
  readonly #queue: Queued[] = []
  #running: Queued | undefined
  #worker: Worker | undefined
  /** Ends the worker: it takes too long, or has nothing to do. */
  #timer: NodeJS.Timeout | undefined

  /** `idleTimeout` in milliseconds. */
  constructor(idleTimeout = IDLE_TIMEOUT) {
    this.#idleTimeout = idleTimeout
  }

  /** Rejects with `DocumentJobFailed`. */
  run(job: DocumentJob): Promise<DocumentResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject })
      this.#next()
    })
  }

  async close(): Promise<void> {
    const waiting = [...(this.#running ? [this.#running] : []), ...this.#queue.splice(0)]
    this.#running = undefined
    for (const { reject } of waiting) reject(new DocumentJobFailed('closed'))
    await this.#end()
  }

  #next(): void {
    if (this.#running) return
    clearTimeout(this.#timer)
    this.#running = this.#queue.shift()
    if (!this.#running && !this.#worker) return
    const timeout = this.#running ? JOB_TIMEOUT : this.#idleTimeout
    this.#timer = setTimeout(() => void this.#end(), timeout).unref()
    if (this.#running) this.#start().postMessage(this.#running.job)
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = undefined
    if (this.#running) this.#answered(undefined, { ok: false, message: 'it takes too long' })
    await worker?.terminate()
  }

  #start(): Worker {
    if (this.#worker) return this.#worker
    // Loaders and conditions that the process was started with are for its own modules.
    const worker = new Worker(new URL('./document-worker.js', import.meta.url), { execArgv: [] })
    worker.unref()
    worker.on('message', (answer: DocumentAnswer) => this.#answered(worker, answer))
    worker.on('error', (error) => this.#gone(worker, error.message))
    worker.on('exit', () => this.#gone(worker, 'the worker ended'))
    this.#worker = worker
    return worker
  }

  /** An ended worker's last words are nobody's. */
  #gone(worker: Worker, message: string): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#answered(undefined, { ok: false, message })
  }

  #answered(worker: Worker | undefined, answer: DocumentAnswer): void {
    if (this.#worker !== worker) return
    const running = this.#running
    this.#running = undefined
    if (answer.ok) running?.resolve(answer.result)
    else running?.reject(new DocumentJobFailed(answer.message))
    this.#next()
  }
}
