/**
 * The latest commits of a room, for sessions that fall a little behind. Bounded in bytes: who lags
 * further reads the journal.
 */
import type { Seq } from 'kith-shared'
import { bytesOf, type CommittedRows, lastSeq } from './committed-rows.js'

const MAX_RING_BYTES = 1024 * 1024

export class Ring {
  readonly #commits: CommittedRows[] = []
  #bytes = 0

  push(commit: CommittedRows): void {
    this.#commits.push(commit)
    this.#bytes += bytesOf(commit)
    while (this.#bytes > MAX_RING_BYTES && this.#commits.length > 0) {
      const oldest = this.#commits.shift()
      if (oldest) this.#bytes -= bytesOf(oldest)
    }
  }

  /** All commits from the one that holds `seq`, or undefined where it is no longer here. */
  from(seq: Seq): CommittedRows[] | undefined {
    const at = this.#commits.findIndex((commit) => lastSeq(commit) >= seq)
    const first = this.#commits[at]
    return first && first.firstSeq <= seq ? this.#commits.slice(at) : undefined
  }

  clear(): void {
    this.#commits.length = 0
    this.#bytes = 0
  }
}
