/** The tabs of one device, as BroadcastChannel and Web Locks join them. */
import type { ClientId } from 'kith-shared'
import type { TabMessage, Tabs } from '../core/ports.js'

type Hear = (message: TabMessage) => void

export class MemoryTabs {
  readonly #listening = new Set<Hear>()
  /** Who holds a lock, and behind them who waits for it. */
  readonly #locks = new Map<string, (() => void)[]>()

  /** One more tab. */
  open(): Tabs {
    const held: string[] = []
    const turns = new Set<() => void>()
    let mine: Hear | undefined
    let isClosed = false
    /** Who ends while waiting gives its turn on. */
    const whenLocked = (lock: string, act: () => void): void => {
      this.#request(lock, () => (isClosed ? this.#release(lock) : act()))
    }
    const hold = (lock: string, act: () => void): void => {
      whenLocked(lock, () => {
        held.push(lock)
        act()
      })
    }
    const tabs = {
      knowsWhoLives: true,
      start: (owner: ClientId, hear: Hear) => {
        mine = hear
        this.#listening.add(hear)
        hold(`tab:${owner}`, () => undefined)
      },
      post: (message: TabMessage) => this.#post(message, mine),
      onLead: (what: 'edits' | 'storage', lead: () => void) => hold(`lead:${what}`, lead),
      onGone: (owner: ClientId, gone: () => void) => {
        const lock = `tab:${owner}`
        whenLocked(lock, () => {
          gone()
          this.#release(lock)
        })
      },
      takeTurn: (what: 'token', act: () => void) => {
        const end = this.#takeTurn(`turn:${what}`, act)
        turns.add(end)
        return end
      },
      close: () => {
        isClosed = true
        if (mine !== undefined) this.#listening.delete(mine)
        for (const end of turns) end()
        for (const lock of held.splice(0)) this.#release(lock)
      },
    }
    return tabs
  }

  #post(message: TabMessage, from: Hear | undefined): void {
    for (const hear of this.#listening) {
      if (hear === from) continue
      const copy = structuredClone(message)
      queueMicrotask(() => hear(copy))
    }
  }

  #takeTurn(lock: string, act: () => void): () => void {
    let state: 'waits' | 'has it' | 'ended' = 'waits'
    this.#request(lock, () => {
      if (state === 'ended') return this.#release(lock)
      state = 'has it'
      queueMicrotask(act)
    })
    return () => {
      const was = state
      state = 'ended'
      if (was === 'has it') this.#release(lock)
    }
  }

  #request(lock: string, got: () => void): void {
    const queue = this.#locks.get(lock) ?? []
    this.#locks.set(lock, queue)
    queue.push(got)
    if (queue.length === 1) got()
  }

  #release(lock: string): void {
    const queue = this.#locks.get(lock) ?? []
    queue.shift()
    queue[0]?.()
  }
}
