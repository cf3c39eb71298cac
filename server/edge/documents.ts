/**
 * Two worker threads for what needs a document: one for snapshots, epochs and differences, and one for
 * trials, which anybody who may edit can cause, so that these hold up nothing but each other.
 */
import type { ClientId } from 'kith-shared'
import type { Compaction, DocumentRow } from '../core/documents.js'
import type { Purge } from '../core/purge.js'
import type { Renewal } from '../core/renewal.js'
import type { Salvage, Salvageable } from '../core/salvage.js'
import type { Candidate, TrialOutcome } from '../core/trial.js'
import { TrialPace } from '../core/trial-pace.js'
import { DocumentJobFailed, type DocumentResult, DocumentThread } from './document-thread.js'

const mismatch = ({ type }: DocumentResult): never => {
  throw new DocumentJobFailed(`the worker answered another job: ${type}`)
}

export class Documents {
  /** How often an author may cause a trial, in all rooms of this server. */
  readonly pace = new TrialPace()
  readonly #merging: DocumentThread
  readonly #trying: DocumentThread

  /** A thread without a job is ended after `idleTimeout` milliseconds. */
  constructor(idleTimeout?: number) {
    this.#merging = new DocumentThread(idleTimeout)
    this.#trying = new DocumentThread(idleTimeout)
  }

  /** Undefined where what was stored is damaged. Rejects with `DocumentJobFailed`. */
  async compact(
    document: Uint8Array | undefined,
    rows: readonly DocumentRow[],
  ): Promise<Compaction | undefined> {
    const result = await this.#merging.run({ type: 'compact', document, rows })
    return result.type === 'compacted' ? result.compaction : mismatch(result)
  }

  /** Rejects with `DocumentJobFailed`. */
  async difference(
    stateVector: Uint8Array,
    document: Uint8Array | undefined,
    rows: readonly DocumentRow[],
  ): Promise<Uint8Array> {
    const result = await this.#merging.run({ type: 'difference', stateVector, document, rows })
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
    const job = { type: 'try', document, rows, candidate: { ...candidate, update } } as const
    const result = await this.#trying.run(job)
    return result.type === 'tried' ? result.outcome : mismatch(result)
  }

  /**
   * Both states at the end of an epoch, the opening one under `clientId`. Undefined where what was
   * stored is damaged. Rejects with `DocumentJobFailed`.
   */
  async renew(
    document: Uint8Array | undefined,
    rows: readonly DocumentRow[],
    clientId: ClientId,
  ): Promise<Renewal | undefined> {
    const result = await this.#merging.run({ type: 'renew', document, rows, clientId })
    return result.type === 'renewed' ? result.renewal : mismatch(result)
  }

  /** The opening state without what is deleted. Rejects with `DocumentJobFailed`. */
  async purge(closing: Uint8Array, clientId: ClientId): Promise<Purge | undefined> {
    const result = await this.#merging.run({ type: 'purge', closing, clientId })
    return result.type === 'purged' ? result.purge : mismatch(result)
  }

  /** What is left where rows are lost. Rejects with `DocumentJobFailed`. */
  async salvage(given: Salvageable): Promise<Salvage | undefined> {
    const result = await this.#merging.run({ type: 'salvage', ...given })
    return result.type === 'salvaged' ? result.salvage : mismatch(result)
  }

  async close(): Promise<void> {
    await Promise.all([this.#merging.close(), this.#trying.close()])
  }
}
