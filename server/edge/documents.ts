/**
 * One worker thread for what needs a document. Jobs run one after another; a worker that dies, or
 * is ended because a job takes too long, fails its jobs, and the next job starts another.
 */
import { Worker } from 'node:worker_threads'
import type { Compaction, DocumentRow } from '../core/documents.js'
import type { Candidate, TrialOutcome } from '../core/trial.js'

/** A job is ended after so many milliseconds, its wait for others included. */
const JOB_TIMEOUT = 60_000

export type DocumentJob =
  | { type: 'compact'; document: Uint8Array | undefined; rows: readonly DocumentRow[] }
  | {
      type: 'difference'
      stateVector: Uint8Array
      document: Uint8Array | undefined
      rows: readonly DocumentRow[]
    }
  | {
      type: 'try'
      document: Uint8Array | undefined
      rows: readonly DocumentRow[]
      candidate: Candidate
    }

export type DocumentResult =
  | { type: 'compacted'; compaction: Compaction | undefined }
  | { type: 'difference'; update: Uint8Array }
  | { type: 'tried'; outcome: TrialOutcome }

export type DocumentAnswer =
  | { id: number; ok: true; result: DocumentResult }
  | { id: number; ok: false; message: string }

/** A job that could not be done; `message` says why, and names no contact. */
export class DocumentJobFailed extends Error {
  override name = 'DocumentJobFailed'
}

const mismatch = ({ type }: DocumentResult): never => {
  throw new DocumentJobFailed(`the worker answered another job: ${type}`)
}

interface Waiting {
  resolve: (result: DocumentResult) => void
  reject: (error: DocumentJobFailed) => void
}

export class Documents {
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #lastId = 0

  /** Undefined where what was stored is damaged. Rejects with `DocumentJobFailed`. */
  async compact(
    document: Uint8Array | undefined,
    rows: readonly DocumentRow[],
  ): Promise<Compaction | undefined> {
    const result = await this.#run({ type: 'compact', document, rows })
    return result.type === 'compacted' ? result.compaction : mismatch(result)
  }

  /** Rejects with `DocumentJobFailed`. */
  async difference(
    stateVector: Uint8Array,
    document: Uint8Array | undefined,
    rows: readonly DocumentRow[],
  ): Promise<Uint8Array> {
    const result = await this.#run({ type: 'difference', stateVector, document, rows })
    return result.type === 'difference' ? result.update : mismatch(result)
  }

  /** Rejects with `DocumentJobFailed`. */
  async tryOut(
    document: Uint8Array | undefined,
    rows: readonly DocumentRow[],
    candidate: Candidate,
  ): Promise<TrialOutcome> {
    // The bytes may be a view into a chunk of the socket's, all of which would go to the worker.
    const update = new Uint8Array(candidate.update)
    const job: DocumentJob = { type: 'try', document, rows, candidate: { ...candidate, update } }
    const result = await this.#run(job)
    return result.type === 'tried' ? result.outcome : mismatch(result)
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#fail('closed')
    await worker?.terminate()
  }

  #run(job: DocumentJob): Promise<DocumentResult> {
    const { promise, deadline } = this.#post(job)
    return promise.finally(() => clearTimeout(deadline))
  }

  #post(job: DocumentJob) {
    const id = ++this.#lastId
    const promise = new Promise<DocumentResult>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
    })
    const worker = this.#start()
    worker.postMessage({ id, job })
    const deadline = setTimeout(() => {
      if (this.#worker === worker) void worker.terminate()
    }, JOB_TIMEOUT)
    return { promise, deadline }
  }

  #start(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./document-worker.js', import.meta.url))
    worker.unref()
    worker.on('message', (answer: DocumentAnswer) => this.#answered(answer))
    worker.on('error', (error) => this.#fail(error.message))
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
      this.#fail('the worker ended')
    })
    this.#worker = worker
    return worker
  }

  #answered(answer: DocumentAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.ok) waiting?.resolve(answer.result)
    else waiting?.reject(new DocumentJobFailed(answer.message))
  }

  #fail(message: string): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(new DocumentJobFailed(message))
  }
}
