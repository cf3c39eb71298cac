/** Past so many runs they are packed. Most client ids write a few, for which lists take less. */
const FEW = 32
/** Different roots that a byte can number. */
const MAX_NAMES = 256
/** How much more is made room for: a workspace is written a while, and then held for long. */
const GROWTH = 1.25

/** Of all that are not packed: nothing is ever added to it. */
const NO_NAMES: string[] = []

const roomFor = (count: number): number => Math.ceil(count * GROWTH)

/**
 * Where each run of clocks begins, and the root that it lies in. An import whose contacts and fields
 * take turns has two runs a contact: packed they take 5 bytes each, in lists 16.
 */
export class Runs {
  #count = 0
  #starts: number[] | Uint32Array = []
  #roots: string[] | Uint8Array = []
  /** What the bytes stand for, where there are any. */
  #names: string[] = NO_NAMES

  get count(): number {
    return this.#count
  }

  /** Undefined behind the last. */
  start(run: number): number | undefined {
    return run < this.#count ? this.#starts[run] : undefined
  }

  root(run: number): string | undefined {
    const root = run < this.#count ? this.#roots[run] : undefined
    return typeof root === 'number' ? this.#names[root] : root
  }

  /** At or after the last one's start, which is below 2^31. */
  push(start: number, root: string): void {
    if (this.#count === FEW) this.#pack()
    this.#pushStart(start)
    this.#pushRoot(root)
    this.#count++
  }

  each(visit: (start: number, root: string) => void): void {
    for (let run = 0; run < this.#count; run++) {
      visit(this.start(run) as number, this.root(run) as string)
    }
  }

  /** Has each root by the string that `intern` gives for it. */
  share(intern: (root: string) => string): void {
    const roots = Array.isArray(this.#roots) ? this.#roots : this.#names
    for (let n = 0; n < roots.length; n++) roots[n] = intern(roots[n] as string)
  }

  /** Gives back what there was made room for. */
  trim(): void {
    this.#starts = this.#starts.slice(0, this.#count)
    this.#roots = this.#roots.slice(0, this.#count)
  }

  /** Index of the last run that starts at or before `clock`; 0 where none does. */
  at(clock: number): number {
    const starts = this.#starts
    let low = 0
    let high = this.#count - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((starts[middle] as number) <= clock) low = middle
      else high = middle - 1
    }
    return Math.max(0, low)
  }

  #pack(): void {
    const starts = new Uint32Array(roomFor(2 * FEW))
    starts.set(this.#starts)
    this.#starts = starts
    const roots = this.#roots
    this.#names = []
    this.#roots = new Uint8Array(roomFor(2 * FEW))
    for (let run = 0; run < this.#count; run++) {
      this.#roots[run] = this.#numberOf(roots[run] as string)
    }
  }

  #pushStart(start: number): void {
    const starts = this.#starts
    if (Array.isArray(starts)) {
      // A list made with its first element has room for no other.
      if (this.#count === 0) this.#starts = [start]
      else starts.push(start)
      return
    }
    if (this.#count === starts.length) {
      const more = new Uint32Array(roomFor(this.#count))
      more.set(starts)
      this.#starts = more
    }
    this.#starts[this.#count] = start
  }

  #pushRoot(root: string): void {
    const roots = this.#roots
    if (Array.isArray(roots)) {
      if (this.#count === 0) this.#roots = [root]
      else roots.push(root)
      return
    }
    const number = this.#numberOf(root)
    if (number < 0) return this.#unpackRoots(roots, root)
    if (this.#count === roots.length) {
      const more = new Uint8Array(roomFor(this.#count))
      more.set(roots)
      this.#roots = more
    }
    this.#roots[this.#count] = number
  }

  /** -1 where there are too many. */
  #numberOf(root: string): number {
    const known = this.#names.lastIndexOf(root)
    if (known >= 0 || this.#names.length === MAX_NAMES) return known
    return this.#names.push(root) - 1
  }

  #unpackRoots(roots: Uint8Array, next: string): void {
    const all = Array.from(roots.subarray(0, this.#count), (root) => this.#names[root] as string)
    all.push(next)
    this.#roots = all
    this.#names = NO_NAMES
  }
}
