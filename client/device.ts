/**
 * This device's storage as one tab sees it: read when the tab starts, or as soon as it can be; written
 * to from then on; tried again where that fails. The status says which.
 */
import type { SyncStatus } from './api.js'
import type { LoadedStore, Persistence, Signals, Store, StoreFailure, Tabs } from './core/ports.js'
import { Keeper } from './keeper.js'
import type { Replica } from './replica.js'

/** Between tries, in milliseconds: twice as long after each, up to the last. */
const RETRY_FIRST = 5_000
const RETRY_LAST = 60_000

export interface DeviceParts {
  store: Store
  tabs: Tabs
  signals: Signals
  persistence: Persistence
  /** It is made later. */
  replica: () => Replica
  /** What could not be read at first, and now is. */
  found: (loaded: LoadedStore) => void
  /** Rows are missing here that the device lacks, too: all behind this one. */
  lacksRows: (seq: number) => void
  /** Nothing is kept any more. */
  failed: (problem: StoreFailure) => void
  changed: () => void
}

export class Device {
  readonly keeper: Keeper
  readonly #parts: DeviceParts
  #state: 'unread' | 'read' | 'closed' = 'unread'
  #storage: SyncStatus['storage'] = { kind: 'device' }
  #persistence: 'unasked' | 'asked' = 'unasked'
  #wait = RETRY_FIRST
  #cancelRetry: (() => void) | undefined

  constructor(parts: DeviceParts) {
    this.#parts = parts
    const { store, replica } = parts
    this.keeper = new Keeper(store, {
      kept: (ids) => this.#kept(ids),
      stored: (head) => {
        const copy = replica().deviceCopy
        if (!copy.isBehind(head)) return
        const whole = copy.whole()
        if (whole !== undefined) this.keeper.keepState(whole)
        else parts.lacksRows(copy.lacksFrom(head))
      },
      storage: (problem) => this.#storageIs(problem),
      lost: () => this.#lost(),
    })
  }

  get storage(): SyncStatus['storage'] {
    return this.#storage
  }

  /** `undefined` where it can't be read; `found` hears of it when it can. */
  async read(): Promise<LoadedStore | undefined> {
    const { store } = this.#parts
    store.onLost(() => this.keeper.lost())
    void this.#lookIfPersisted()
    const loaded = await store.load()
    if (this.#state === 'closed') return undefined
    if (loaded.outcome === 'loaded') this.#state = 'read'
    else this.#storageIs(loaded)
    return loaded.outcome === 'loaded' ? loaded : undefined
  }

  /** Resolves when all that was handed in is written, or can't be. */
  async close(): Promise<void> {
    await this.keeper.flush()
    this.#state = 'closed'
    this.#cancelRetry?.()
    this.#parts.store.close()
  }

  async #tryAgain(): Promise<void> {
    this.#cancelRetry = undefined
    this.#wait = Math.min(2 * this.#wait, RETRY_LAST)
    if (this.#state === 'read') return this.keeper.tryAgain()
    const loaded = await this.#parts.store.load()
    if (this.#state === 'closed') return
    if (loaded.outcome === 'failed') return this.#storageIs(loaded)
    this.#state = 'read'
    this.#storageIs(undefined)
    this.#parts.found(loaded)
    this.keeper.tryAgain()
  }

  #storageIs(problem: StoreFailure | undefined): void {
    // What is closed does not fail.
    if (this.#state === 'closed') return
    const { signals, replica, failed, changed } = this.#parts
    const was = this.#storage
    const { persisted } = was
    const lasts = persisted === undefined ? {} : { persisted }
    if (problem === undefined) {
      this.#storage = { kind: 'device', ...lasts }
      this.#wait = RETRY_FIRST
      this.#cancelRetry?.()
      this.#cancelRetry = undefined
    } else {
      this.#storage = { kind: 'memory', reason: problem.reason, ...lasts }
      replica().keptNowhere()
      if (was.kind === 'device') failed(problem)
      this.#cancelRetry ??= signals.setTimer(() => void this.#tryAgain(), this.#wait)
    }
    changed()
  }

  #kept(ids: string[]): void {
    this.#parts.replica().kept(ids)
    this.#parts.changed()
    if (ids.length > 0) void this.#askToPersist()
  }

  /** Somebody emptied it: what no commit holds is written once more. */
  #lost(): void {
    const { replica, tabs, changed } = this.#parts
    const edits = replica().deviceCopy.lost()
    // What other tabs hold is told by them.
    tabs.post({ type: 'joined' })
    if (edits.length > 0) this.keeper.keep(edits)
    changed()
  }

  async #lookIfPersisted(): Promise<void> {
    this.#persists(await this.#parts.persistence.isPersisted())
  }

  /**
   * Once, when there is something of this person's own to lose, and only while they look: a browser
   * that puts the question to them has to be understood.
   */
  async #askToPersist(): Promise<void> {
    const { signals, persistence } = this.#parts
    if (this.#persistence === 'asked' || this.#storage.persisted === true) return
    if (!signals.isVisible()) return
    this.#persistence = 'asked'
    this.#persists(await persistence.ask())
  }

  #persists(persisted: boolean | undefined): void {
    if (persisted === undefined || this.#storage.persisted === persisted) return
    this.#storage = { ...this.#storage, persisted }
    this.#parts.changed()
  }
}
