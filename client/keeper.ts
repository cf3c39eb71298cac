import type { Edit } from './core/edit.js'
import type {
  Head,
  Profile,
  Settled,
  Store,
  StoreCrossed,
  StoreFailure,
  Swap,
} from './core/ports.js'
import type { State } from './core/road.js'

export interface KeeperListener {
  /** These edits are in IndexedDB now. */
  kept(ids: string[]): void
  /** All that came is written: where this is not the document's head, rows are missing between. */
  stored(head: Head): void
  /** `undefined`: what failed works again. */
  storage(problem: StoreFailure | undefined): void
}

/** Settled edits that a tab remembers which does not lead, for when it does. */
const REMEMBERED = 1_000

/**
 * Brings things onto the device, one write at a time; what comes meanwhile goes with the next.
 *
 * 1. Edits before all else. Those that failed are tried again with the next ones.
 * 2. What the server sent is written only by the tab that leads; a failure ends that until the
 *    next load, which asks the server from where the device stands.
 * 3. An edit that is settled before it was written is not written any more.
 * 4. While the page leaves, edits wait for no write under way: there may be no time after it.
 * 5. Into another epoch goes nothing but what was moved: what waits for its write then is moved,
 *    too, and rows of the epoch that is over are left out.
 * 6. What goes and what comes in its place is handed in at once, and written at once.
 */
export class Keeper {
  readonly #store: Store
  readonly #listener: KeeperListener
  readonly #edits = new Map<string, Edit>()
  /** Those of them that a write under way holds. */
  readonly #underWay = new Set<Edit>()
  /** Edits that left for others, or that their person gave up. */
  #gone: string[] = []
  readonly #hurried = new Set<Promise<unknown>>()
  #state: State | undefined
  #rows: State[] = []
  #settled: Settled[] = []
  #tried = 0
  /** How often edits were handed in. */
  #asked = 0
  #profile: Profile | undefined
  #leads: 'no' | 'yes' | 'failed' = 'no'
  #isLive = false
  #isLeaving = false
  #looksAtHead = false
  #writing: Promise<void> | undefined

  constructor(store: Store, listener: KeeperListener) {
    this.#store = store
    this.#listener = listener
  }

  /** Rule 6. */
  keep(edits: readonly Edit[], gone: readonly string[] = []): void {
    this.#asked++
    for (const id of gone) this.#edits.delete(id)
    this.#gone.push(...gone)
    for (const edit of edits) this.#edits.set(edit.id, edit)
    if (this.#isLeaving) this.#hurry()
    else this.#start()
  }

  /** Whether this page may be gone any moment (rule 4). */
  setLeaving(isLeaving: boolean): void {
    this.#isLeaving = isLeaving
    if (isLeaving) this.#hurry()
  }

  /** Rule 5; behind whatever write is under way. */
  async cross(
    state: State,
    plan: (kept: readonly Edit[]) => Swap,
  ): Promise<StoreCrossed | StoreFailure> {
    while (this.#writing !== undefined) await this.#writing
    const crossing = this.#cross(state, plan)
    this.#writing = crossing.then(() => undefined)
    return crossing
  }

  async #cross(
    state: State,
    plan: (kept: readonly Edit[]) => Swap,
  ): Promise<StoreCrossed | StoreFailure> {
    let gone: readonly string[] = []
    const crossed = await this.#store.cross(state, (kept) => {
      const swap = plan(kept)
      gone = swap.gone
      return swap
    })
    if (crossed.outcome === 'crossed') {
      for (const id of gone) this.#edits.delete(id)
      this.#rows = this.#rows.filter(({ epoch }) => epoch >= state.epoch)
      if (this.#state !== undefined && this.#state.epoch < state.epoch) this.#state = undefined
    } else {
      this.#leads = 'failed'
      this.#listener.storage(crossed)
    }
    this.#writing = undefined
    this.#start()
    return crossed
  }

  /** What failed is tried again. */
  tryAgain(): void {
    this.#asked++
    this.#start()
  }

  keepProfile(profile: Profile): void {
    this.#profile = profile
    this.#start()
  }

  /** Whether the server's copy follows at once, so that ours need not be flushed. */
  setLive(isLive: boolean): void {
    this.#isLive = isLive
  }

  /** From now on this tab writes what the server sends. */
  lead(): void {
    if (this.#leads !== 'no') return
    this.#leads = 'yes'
    this.#looksAtHead = true
    this.#start()
  }

  keepState(state: State): void {
    if (this.#leads !== 'yes') return
    this.#state = state
    this.#rows = []
    this.#start()
  }

  keepRows(rows: readonly State[]): void {
    if (this.#leads !== 'yes') return
    this.#rows.push(...rows)
    this.#start()
  }

  /** Edits of any tab that a commit holds. */
  settle(settled: readonly Settled[]): void {
    for (const { id } of settled) this.#edits.delete(id)
    this.#settled.push(...settled)
    if (this.#leads === 'yes') this.#start()
    else this.#settled = this.#settled.slice(-REMEMBERED)
  }

  /** Resolves once all that was handed in is written, or can't be. */
  async flush(): Promise<void> {
    while (this.#writing !== undefined || this.#hurried.size > 0) {
      await Promise.all([this.#writing, ...this.#hurried])
    }
  }

  #hurry(): void {
    if (!this.#hasUnwritten) return
    const write = this.#writeEdits().finally(() => this.#hurried.delete(write))
    this.#hurried.add(write)
  }

  get #hasUnwritten(): boolean {
    return this.#gone.length > 0 || this.#unwritten.length > 0
  }

  get #unwritten(): Edit[] {
    return [...this.#edits.values()].filter((edit) => !this.#underWay.has(edit))
  }

  #start(): void {
    this.#writing ??= this.#work()
  }

  async #work(): Promise<void> {
    // A step later, so that what one task hands in is one transaction.
    await Promise.resolve()
    // Nothing may be handed in between the last look and the end.
    for (let asked = this.#asked, write = this.#write(); write !== false; write = this.#write()) {
      if (!(await write) && this.#asked === asked) break
      asked = this.#asked
    }
    this.#writing = undefined
  }

  /** One write; `false` where there is nothing to write, or no use in trying. */
  #write(): false | Promise<boolean> {
    if (this.#hasUnwritten) return this.#writeEdits()
    if (this.#profile !== undefined) return this.#writeProfile(this.#profile)
    return this.#hasCommit && this.#commit()
  }

  async #writeProfile(profile: Profile): Promise<boolean> {
    this.#profile = undefined
    await this.#store.keepProfile(profile)
    return true
  }

  async #writeEdits(): Promise<boolean> {
    const batch = this.#unwritten
    const gone = this.#gone
    this.#gone = []
    for (const edit of batch) this.#underWay.add(edit)
    // What was written anew is sent once it is kept: the old must not come back with the power.
    const isSwap = gone.length > 0 || batch.some(({ replaces }) => replaces !== undefined)
    const kept = await this.#store.keep(batch, gone, this.#isLive && !isSwap ? 'relaxed' : 'strict')
    for (const edit of batch) this.#underWay.delete(edit)
    if (kept !== 'kept') {
      this.#gone.unshift(...gone)
      this.#listener.storage(kept)
      return false
    }
    for (const edit of batch) {
      if (this.#edits.get(edit.id) === edit) this.#edits.delete(edit.id)
    }
    // Without the rows the device falls behind, whatever room there is for edits.
    if (this.#leads !== 'failed') this.#listener.storage(undefined)
    this.#listener.kept(batch.map((edit) => edit.id))
    return true
  }

  get #hasCommit(): boolean {
    if (this.#leads !== 'yes') return false
    return this.#looksAtHead || this.#state !== undefined || this.#rows.length > 0 || this.#hasDue
  }

  /** Settled edits that no commit has been tried for yet. */
  get #hasDue(): boolean {
    return this.#settled.length > this.#tried
  }

  async #commit(): Promise<boolean> {
    const [state, rows, settled] = [this.#state, this.#rows, [...this.#settled]]
    this.#state = undefined
    this.#rows = []
    this.#looksAtHead = false
    const committed = await this.#store.commit({ state, rows, settled })
    if (committed.outcome === 'failed') {
      this.#leads = 'failed'
      this.#listener.storage(committed)
      return true
    }
    const removed = new Set(committed.removed)
    this.#settled = this.#settled.filter(({ id }) => !removed.has(id))
    this.#tried = settled.length - removed.size
    const isNewest = this.#state === undefined && this.#rows.length === 0
    if (isNewest || committed.outcome === 'behind') this.#listener.stored(committed.head)
    return true
  }
}
