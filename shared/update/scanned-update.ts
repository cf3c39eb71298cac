/**
 * What a scan found, as columns: one row a struct, one a block (a client's run of structs), one a
 * delete range. The columns grow and are kept, so that a scan allocates nothing once warm.
 */
import type { ClientId } from '../ids.js'

/** `client` of an origin that is not there. */
export const NONE = -1

const growFloat = (column: Float64Array): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(column.length * 2)
  larger.set(column)
  return larger
}

const growInt = (column: Int32Array): Int32Array<ArrayBuffer> => {
  const larger = new Int32Array(column.length * 2)
  larger.set(column)
  return larger
}

const growByte = (column: Uint8Array): Uint8Array<ArrayBuffer> => {
  const larger = new Uint8Array(column.length * 2)
  larger.set(column)
  return larger
}

const START = 64

export class ScannedUpdate {
  /**
   * Structs, in the update's order. Where a scan is good, clocks and lengths fit 31 bits; an origin
   * may be any number, and is exact in a double.
   */
  structs = 0
  /** Where in the bytes it begins. */
  at = new Int32Array(START)
  clock = new Int32Array(START)
  length = new Int32Array(START)
  kind = new Uint8Array(START)
  originClient = new Float64Array(START)
  originClock = new Float64Array(START)
  rightClient = new Float64Array(START)
  rightClock = new Float64Array(START)
  /** Index into `roots`, or NONE where the struct takes its parent from its origin. */
  root = new Int32Array(START)
  /** Names of roots, each once, and the key of each struct that names its parent. */
  readonly roots: string[] = []
  readonly keys: (string | undefined)[] = []

  /**
   * Blocks: a client, its first struct's row and clock; the row, the clock and the position in the
   * bytes behind its last.
   */
  blocks = 0
  readonly blockClient: ClientId[] = []
  readonly blockFirst: number[] = []
  readonly blockClock: number[] = []
  readonly blockStop: number[] = []
  readonly blockEnd: number[] = []
  readonly blockTo: number[] = []

  /** Where in the bytes the structs end and the deletes begin. */
  deletesOffset = 0
  deletes = 0
  deleteClient = new Float64Array(START)
  deleteClock = new Int32Array(START)
  deleteLength = new Int32Array(START)

  readonly #blockOf = new Map<ClientId, number>()
  readonly #rootOf = new Map<string, number>()
  readonly #deleteClients = new Set<ClientId>()
  #deletingClient: ClientId = 0

  clear(): void {
    this.structs = 0
    this.blocks = 0
    this.blockClient.length = 0
    this.deletes = 0
    this.roots.length = 0
    this.keys.length = 0
    this.#blockOf.clear()
    this.#rootOf.clear()
    this.#deleteClients.clear()
  }

  /** Where a client's block is, or undefined: rows `blockFirst` to `blockStop` (exclusive). */
  blockOf(client: ClientId): number | undefined {
    return this.#blockOf.get(client)
  }

  /** The row of the struct that holds `clock` of block `block`; the block must hold it. */
  structAt(block: number, clock: number): number {
    let low = this.blockFirst[block] as number
    let high = (this.blockStop[block] as number) - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.clock[middle] as number) <= clock) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The client of the last block, or undefined. */
  get lastClient(): ClientId | undefined {
    return this.blockClient[this.blocks - 1]
  }

  openBlock(client: ClientId, clock: number): void {
    const block = this.blocks++
    this.#blockOf.set(client, block)
    this.blockClient[block] = client
    this.blockFirst[block] = this.structs
    this.blockClock[block] = clock
  }

  closeBlock(end: number, to: number): void {
    this.blockStop[this.blocks - 1] = this.structs
    this.blockEnd[this.blocks - 1] = end
    this.blockTo[this.blocks - 1] = to
  }

  addStruct(at: number, clock: number, kind: number): number {
    const row = this.structs++
    if (row === this.clock.length) this.#growStructs()
    this.at[row] = at
    this.clock[row] = clock
    this.kind[row] = kind
    this.originClient[row] = NONE
    this.rightClient[row] = NONE
    this.root[row] = NONE
    return row
  }

  setLength(row: number, length: number): void {
    this.length[row] = length
  }

  setOrigin(row: number, client: ClientId, clock: number): void {
    this.originClient[row] = client
    this.originClock[row] = clock
  }

  setRightOrigin(row: number, client: ClientId, clock: number): void {
    this.rightClient[row] = client
    this.rightClock[row] = clock
  }

  setParent(row: number, root: string, key: string | undefined): void {
    let index = this.#rootOf.get(root)
    if (index === undefined) {
      index = this.roots.push(root) - 1
      this.#rootOf.set(root, index)
    }
    this.root[row] = index
    this.keys[row] = key
  }

  /** False where the client's ranges stood before. */
  openDeletes(client: ClientId): boolean {
    if (this.#deleteClients.has(client)) return false
    this.#deleteClients.add(client)
    this.#deletingClient = client
    return true
  }

  addDelete(clock: number, length: number): void {
    const row = this.deletes++
    if (row === this.deleteClock.length) {
      this.deleteClient = growFloat(this.deleteClient)
      this.deleteClock = growInt(this.deleteClock)
      this.deleteLength = growInt(this.deleteLength)
    }
    this.deleteClient[row] = this.#deletingClient
    this.deleteClock[row] = clock
    this.deleteLength[row] = length
  }

  #growStructs(): void {
    this.at = growInt(this.at)
    this.clock = growInt(this.clock)
    this.length = growInt(this.length)
    this.kind = growByte(this.kind)
    this.originClient = growFloat(this.originClient)
    this.originClock = growFloat(this.originClock)
    this.rightClient = growFloat(this.rightClient)
    this.rightClock = growFloat(this.rightClock)
    this.root = growInt(this.root)
  }
}
