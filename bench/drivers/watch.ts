/** Which edits an update holds, by client id and clock, however the server merged them. */
import { UpdateScanner } from 'kith-shared'

const scanner = new UpdateScanner()

/** Calls `seen` with each run of clocks, `to` excluded. */
export const watchUpdate = (
  update: Uint8Array,
  seen: (clientId: number, from: number, to: number) => void,
): void => {
  const scan = scanner.scan(update)
  if (!scan.ok) throw new Error(`an update of the server is not readable: ${scan.refusal}`)
  const { blocks, blockClient, blockClock, blockEnd } = scan.update
  for (let block = 0; block < blocks; block++) {
    const from = blockClock[block]
    const to = blockEnd[block]
    const client = blockClient[block]
    if (client !== undefined && from !== undefined && to !== undefined) seen(client, from, to)
  }
}

/**
 * When each edit of one writer was sent, and how much of it has been seen or acknowledged: a ring,
 * since few are under way at once.
 */
export class Sent {
  readonly #at: Float64Array
  /** Clocks below have been sent; below `settled`, seen by the observer that the writer waits for. */
  count = 0
  settled = 0

  constructor(most: number) {
    this.#at = new Float64Array(2 ** Math.ceil(Math.log2(most * 4)))
  }

  send(now: number): void {
    this.#at[this.count++ & (this.#at.length - 1)] = now
  }

  /** When the edit at `clock` was sent; undefined where that is forgotten. */
  at(clock: number): number | undefined {
    const isKept = clock < this.count && clock >= this.count - this.#at.length
    return isKept ? this.#at[clock & (this.#at.length - 1)] : undefined
  }
}
