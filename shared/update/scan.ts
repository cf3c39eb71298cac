/**
 * Admission's first step: reads a Yjs update (encoding v1) without building anything. Whatever
 * the bytes hold, a scan ends in time linear in them, allocates nothing per struct, and never
 * throws. (Yjs' own `decodeUpdate` is an attack surface: 0.9 MB of subdocuments take it 2.2 s.)
 *
 * The wire of Yjs v1, from yjs 13.6 `src/utils/encoding.js` and `src/structs/*.js`:
 *   update  := clients:varUint block* deletes
 *   block   := structs:varUint client:varUint clock:varUint struct*
 *   struct  := info:byte [origin] [rightOrigin] [parent] [parentSub] content
 *   deletes := clients:varUint (client:varUint ranges:varUint (clock:varUint length:varUint)*)*
 * `info` holds the content's kind in its low 5 bits; 0x80 origin, 0x40 right origin, 0x20 key.
 *
 * A document of Kith is flat (shared/document), so only three kinds of content exist.
 */
import { ByteReader } from '../byte-reader.js'
import { MAX_CLOCK, MAX_KEY_BYTES, MAX_UPDATE_BYTES } from '../limits.js'
import type { Refusal } from '../refusals.js'
import { skipJsonValue } from './scan-value.js'
import { ScannedUpdate } from './scanned-update.js'

/** Content of a struct, as the wire numbers it. */
export const CONTENT = { deleted: 1, string: 4, json: 8 } as const

const HAS_ORIGIN = 0x80
const HAS_RIGHT_ORIGIN = 0x40
const HAS_KEY = 0x20

/** How much one update may hold. */
export interface ScanLimits {
  structs: number
  /** Roots that structs name: a long text is one. */
  roots: number
  clients: number
  deletes: number
  /** Clients whose ranges are deleted: with SyncStep2 a replica names all that it has deleted. */
  deleteClients: number
}

/**
 * What a client may send in a message of up to 1 MB (SPEC A1). Kith's own, of at most 512 KB, hold
 * some 32,000 overwrites of the least size; an import has one struct a contact.
 */
export const UPDATE_LIMITS: ScanLimits = {
  structs: 40_000,
  roots: 10_000,
  clients: 2_000,
  deletes: 200_000,
  deleteClients: 50_000,
}
/** A stock client's SyncStep2 may be larger: as much a megabyte, and so many structs in all. */
const MOST_STRUCTS = 80_000

const limitsOf = (bytes: number): ScanLimits => {
  if (bytes <= MAX_UPDATE_BYTES) return UPDATE_LIMITS
  const megabytes = Math.ceil(bytes / MAX_UPDATE_BYTES)
  const structs = Math.min(megabytes * UPDATE_LIMITS.structs, MOST_STRUCTS)
  return { ...UPDATE_LIMITS, structs, roots: megabytes * UPDATE_LIMITS.roots }
}

/** What was accepted is read again, merged or not, whatever it holds. */
export const STORED_LIMITS: ScanLimits = {
  structs: Number.POSITIVE_INFINITY,
  roots: Number.POSITIVE_INFINITY,
  clients: Number.POSITIVE_INFINITY,
  deletes: Number.POSITIVE_INFINITY,
  deleteClients: Number.POSITIVE_INFINITY,
}

export type Scan = { ok: true; update: ScannedUpdate } | { ok: false; refusal: Refusal }

/**
 * Keeps its tables from scan to scan: what it returns is valid until the next call of `scan`.
 */
export class UpdateScanner {
  readonly #reader = new ByteReader()
  readonly #update = new ScannedUpdate()
  /** The last root that was read, and where in the bytes its name stands. */
  readonly #lastRoot = { start: 0, end: 0, name: '' }
  #refusal: Refusal | undefined
  #limits = UPDATE_LIMITS

  scan(bytes: Uint8Array, limits: ScanLimits = limitsOf(bytes.length)): Scan {
    this.#limits = limits
    this.#reader.reset(bytes)
    this.#lastRoot.end = this.#lastRoot.start
    this.#update.clear()
    this.#refusal = undefined
    this.#structs()
    this.#update.deletesOffset = this.#reader.position
    if (!this.#stopped) this.#deletes()
    if (!this.#stopped && !this.#reader.atEnd) this.#refuse('broken')
    const refusal = this.#refusal ?? (this.#reader.failed ? 'broken' : undefined)
    return refusal === undefined ? { ok: true, update: this.#update } : { ok: false, refusal }
  }

  get #stopped(): boolean {
    return this.#refusal !== undefined || this.#reader.failed
  }

  #refuse(refusal: Refusal): void {
    this.#refusal ??= refusal
  }

  #structs(): void {
    const reader = this.#reader
    const clients = reader.varUint()
    for (let n = 0; n < clients && !this.#stopped; n++) {
      const structs = reader.varUint()
      const client = reader.varUint()
      const clock = reader.varUint()
      if (reader.failed) return
      const last = this.#update.lastClient ?? Number.POSITIVE_INFINITY
      // Yjs writes clients in descending order, and its merging relies on that.
      if (client === last) this.#refuse('client-twice')
      else if (structs === 0 || client > last) this.#refuse('broken')
      else if (n >= this.#limits.clients) this.#refuse('too-heavy')
      else {
        this.#update.openBlock(client, clock)
        this.#block(structs, clock)
      }
    }
  }

  #block(structs: number, firstClock: number): void {
    let clock = firstClock
    for (let n = 0; n < structs && !this.#stopped; n++) {
      const length = this.#struct(clock)
      if (this.#stopped) return
      clock += length
      if (clock >= MAX_CLOCK) this.#refuse('bad-clock')
    }
    this.#update.closeBlock(clock, this.#reader.position)
  }

  /** One struct at `clock`; gives its length, which is 1 or more unless the scan has stopped. */
  #struct(clock: number): number {
    const reader = this.#reader
    const update = this.#update
    if (update.structs >= this.#limits.structs) {
      this.#refuse('too-heavy')
      return 0
    }
    const at = reader.position
    const info = reader.byte()
    const kind = info & 0x1f
    if (kind !== CONTENT.deleted && kind !== CONTENT.string && kind !== CONTENT.json) {
      this.#refuse(reader.failed ? 'broken' : 'not-flat')
      return 0
    }
    const row = update.addStruct(at, clock, kind)
    if (info & HAS_ORIGIN) update.setOrigin(row, reader.varUint(), reader.varUint())
    if (info & HAS_RIGHT_ORIGIN) update.setRightOrigin(row, reader.varUint(), reader.varUint())
    if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0) this.#parent(row, (info & HAS_KEY) !== 0)
    if (this.#stopped) return 0
    const length = this.#content(kind)
    if (length === 0) this.#refuse('broken')
    update.setLength(row, length)
    return length
  }

  #parent(row: number, hasKey: boolean): void {
    const reader = this.#reader
    if (reader.varUint() !== 1) {
      this.#refuse(reader.failed ? 'broken' : 'not-flat')
      return
    }
    const root = this.#root()
    if (root.length > MAX_KEY_BYTES) this.#refuse('unknown-root')
    this.#update.setParent(row, root, hasKey ? this.#key() : undefined)
    if (this.#update.roots.length > this.#limits.roots) this.#refuse('too-heavy')
  }

  /** A root's name; mostly the one before, which is not made once more. */
  #root(): string {
    const reader = this.#reader
    const { start, end, name } = this.#lastRoot
    if (reader.skipSame(start, end)) return name
    this.#lastRoot.start = reader.position
    this.#lastRoot.name = reader.varString()
    this.#lastRoot.end = reader.position
    return this.#lastRoot.name
  }

  #key(): string {
    const start = this.#reader.position
    const key = this.#reader.varString()
    const isTooLong = this.#reader.position - start > MAX_KEY_BYTES
    if (isTooLong || key === '__proto__') this.#refuse('bad-value')
    return key
  }

  #content(kind: number): number {
    const reader = this.#reader
    if (kind === CONTENT.deleted) return reader.varUint()
    if (kind === CONTENT.string) return reader.skipString()
    const values = reader.varUint()
    for (let n = 0; n < values && !this.#stopped; n++) {
      if (!skipJsonValue(reader)) this.#refuse(reader.failed ? 'broken' : 'bad-value')
    }
    return values
  }

  #deletes(): void {
    const reader = this.#reader
    const clients = reader.varUint()
    for (let n = 0; n < clients && !this.#stopped; n++) {
      const client = reader.varUint()
      const ranges = reader.varUint()
      if (n >= this.#limits.deleteClients) this.#refuse('too-heavy')
      else if (!this.#update.openDeletes(client)) this.#refuse('client-twice')
      else this.#ranges(ranges)
    }
  }

  #ranges(count: number): void {
    const reader = this.#reader
    let from = 0
    for (let n = 0; n < count && !this.#stopped; n++) {
      const clock = reader.varUint()
      const length = reader.varUint()
      if (reader.failed) return
      if (this.#update.deletes >= this.#limits.deletes) this.#refuse('too-heavy')
      else if (length === 0 || clock + length >= MAX_CLOCK) this.#refuse('bad-clock')
      else if (clock < from) this.#refuse('bad-deletes')
      else this.#update.addDelete(clock, length)
      from = clock + length
    }
  }
}
