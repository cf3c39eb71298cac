import type { Edit } from './core/edit.js'
import type { Profile, Settled, Store, StoreCrossed, StoreFailure, Swap } from './core/ports.js'
import type { State } from './core/road.js'
import { DeviceHealth } from './device-health.js'
import type { KeeperListener } from './keeper-listener.js'
import { Unwritten } from './unwritten.js'
import { UnwrittenProfile } from './unwritten-profile.js'

/** Settled edits that a tab remembers which does not lead, for when it does. */
const REMEMBERED = 1_000

/**
 * Brings things onto the device, one write at a time; what comes meanwhile goes with the next.
 *
 * 1. Edits before all else. Those that failed are tried again with the next ones.
 * 2. What the server sent is written only by the tab that leads. After a failure the next try
 *    (`tryAgain`) writes all that the document has in the place of what is there, so that no row is
 *    missing; what comes meanwhile is part of that.
 * 3. An edit that is settled before it was written is not written any more.
 * 4. While the page leaves, edits wait for no write under way: there may be no time after it.
 * 5. Into another epoch goes nothing but what was moved: what waits for its write then is moved,
 *    too, and rows of the epoch that is over are left out.
 * 6. What goes and what comes in its place is handed in at once, and written at once.
 * 7. Where the device was emptied while a write was under way, nothing of it counts as kept.
 * 8. What another tab has taken off the device does not come back by a write that waited here.
 */
export class Keeper {
  readonly #store: Store
  readonly #listener: KeeperListener
  readonly #unwritten = new Unwritten()
  readonly #hurried = new Set<Promise<unknown>>()
  #state: State | undefined
  #rows: State[] = []
  #settled: Settled[] = []
  #tried = 0
  /** How often edits were handed in. */
  #asked = 0
  readonly #profile = new UnwrittenProfile()
  #leads: 'no' | 'yes' | 'failed' = 'no'
  /** How often the device may have lost what it kept. */
  #losses = 0
  readonly #health: DeviceHealth
  /** With nothing to write, a try of whether it can be. */
  #probes = false
  #isLive = false
  #isLeaving = false
  #looksAtHead = false
  #writing: Promise<void> | undefined

  constructor(store: Store, listener: KeeperListener) {
    this.#store = store
    this.#listener = listener
    this.#health = new DeviceHealth((problem) => listener.storage(problem))
  }

  /** Rule 6. */
  keep(edits: readonly Edit[], gone: readonly string[] = []): void {
    this.#asked++
    this.#unwritten.add(edits, gone)
    if (this.#isLeaving) this.#hurry()
    else this.#start()
  }

  /** Rule 8: another tab's word of what is set aside there, and of what left. */
  overtaken(refused: readonly Edit[], gone: readonly string[]): void {
    const late = gone.filter((id) => this.#unwritten.brings(id))
    const changed = refused.filter(({ id }) => this.#unwritten.brings(id))
    if (late.length + changed.length > 0) this.keep(changed, late)
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
    let swap: Swap = { edits: [], gone: [] }
    let waiting: Edit[] = []
    let leaving: readonly string[] = []
    const losses = this.#losses
    const crossed = await this.#store.cross(state, (kept) => {
      swap = plan(kept)
      leaving = [...this.#unwritten.gone]
      const gone = new Set(swap.gone)
      // Rule 6: what was moved before may wait here, and what it was go only now.
      waiting = this.#unwritten.edits.filter(({ id }) => !gone.has(id))
      return { edits: [...waiting, ...swap.edits], gone: [...leaving, ...swap.gone] }
    })
    if (crossed.outcome === 'crossed') {
      this.#unwritten.forget(swap.gone)
      this.#unwritten.left(leaving)
      this.#rows = this.#rows.filter(({ epoch }) => epoch >= state.epoch)
      if (this.#state !== undefined && this.#state.epoch < state.epoch) this.#state = undefined
      // Rule 7.
      if (this.#losses > losses) this.#unwritten.add(crossed.edits, [])
      else this.#wereKept(waiting)
    } else {
      this.#failed(crossed)
    }
    this.#writing = undefined
    this.#start()
    return crossed
  }

  /** What failed is tried again. */
  tryAgain(): void {
    this.#asked++
    this.#probes = this.#health.failed('edits')
    if (this.#leads === 'failed') {
      this.#leads = 'yes'
      this.#lookAtHead()
    }
    this.#start()
  }

  /** The device was emptied, or is another version's (rule 7). */
  lost(): void {
    this.#losses++
    this.#profile.lost()
    this.#listener.lost()
    // With nothing to keep, a device that somebody emptied stays empty until something comes.
    if (this.#leads === 'yes' && !this.#unwritten.isEmpty) this.#lookAtHead()
  }

  /** What the device lacks then is handed in by whoever hears where it stands (`stored`). */
  #lookAtHead(): void {
    this.#rows = []
    this.#looksAtHead = true
  }

  /** Rule 2. */
  #failed(problem: StoreFailure): void {
    // Who does not lead writes no rows that could show later that it works again.
    const what = this.#leads === 'no' ? 'edits' : 'rows'
    if (this.#leads === 'yes') this.#leads = 'failed'
    this.#settled = this.#settled.slice(-REMEMBERED)
    this.#health.came(what, problem)
  }

  keepProfile(profile: Profile): void {
    this.#profile.add(profile)
    this.#start()
  }

  /** As it was read. */
  hasProfile(profile: Profile): void {
    this.#profile.has(profile)
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
    this.#unwritten.forget(settled.map(({ id }) => id))
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
    if (this.#unwritten.isEmpty) return
    const write = this.#writeEdits().finally(() => this.#hurried.delete(write))
    this.#hurried.add(write)
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
    this.#health.tried()
  }

  /** One write; `false` where there is nothing to write, or no use in trying. */
  #write(): false | Promise<boolean> {
    if (!this.#unwritten.isEmpty || this.#probes) return this.#writeEdits()
    const profile = this.#profile.take()
    if (profile !== undefined) return this.#writeProfile(profile)
    return this.#hasCommit && this.#commit()
  }

  async #writeProfile(profile: Profile): Promise<boolean> {
    const kept = await this.#store.keepProfile(profile)
    if (kept === 'kept') return true
    this.#profile.failed()
    this.#health.came('edits', kept)
    return false
  }

  async #writeEdits(): Promise<boolean> {
    this.#probes = false
    const write = this.#unwritten.begin()
    const { batch, gone } = write
    // What was written anew is sent once it is kept: the old must not come back with the power.
    const isSwap = gone.length > 0 || batch.some(({ replaces }) => replaces !== undefined)
    const losses = this.#losses
    const kept = await this.#store.keep(batch, gone, this.#isLive && !isSwap ? 'relaxed' : 'strict')
    this.#unwritten.end(write, kept !== 'kept')
    if (kept !== 'kept') {
      this.#health.came('edits', kept)
      return false
    }
    // Rule 7. What goes is gone either way.
    if (this.#losses > losses) return true
    this.#health.came('edits', undefined)
    this.#wereKept(batch)
    return true
  }

  #wereKept(edits: readonly Edit[]): void {
    if (edits.length > 0) this.#profile.follow()
    const kept = this.#unwritten.kept(edits)
    if (kept.length > 0) this.#listener.kept(kept.map(({ id }) => id))
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
    const losses = this.#losses
    const committed = await this.#store.commit({ state, rows, settled })
    if (committed.outcome === 'failed') {
      this.#failed(committed)
      return true
    }
    this.#health.came('rows', undefined)
    if (this.#losses === losses) this.#profile.follow()
    const removed = new Set(committed.removed)
    this.#settled = this.#settled.filter(({ id }) => !removed.has(id))
    this.#tried = settled.length - removed.size
    const isNewest = this.#state === undefined && this.#rows.length === 0
    if (isNewest || committed.outcome === 'behind') this.#listener.stored(committed.head)
    return true
  }
}
