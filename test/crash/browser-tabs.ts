/** What browsers give to tabs of one name, in this process: messages, and locks that pass on. */
import type { TabMessage, Tabs } from '../../client/core/ports.js'

export class BrowserTabs {
  readonly #hearers = new Set<(message: TabMessage) => void>()
  readonly #locks = new Map<string, (() => void)[]>()

  tab(): Tabs {
    const held: string[] = []
    let hear: ((message: TabMessage) => void) | undefined
    const keep = (lock: string, act: () => void): void => {
      this.#request(lock, () => {
        held.push(lock)
        act()
      })
    }
    return {
      knowsWhoLives: true,
      start: (owner, listener) => {
        hear = listener
        this.#hearers.add(listener)
        keep(`tab:${owner}`, () => undefined)
      },
      post: (message) => {
        const copy = structuredClone(message)
        for (const other of this.#hearers) if (other !== hear) queueMicrotask(() => other(copy))
      },
      onLead: (what, lead) => keep(`lead:${what}`, lead),
      onGone: (owner, gone) =>
        this.#request(`tab:${owner}`, () => {
          gone()
          this.#release(`tab:${owner}`)
        }),
      close: () => {
        if (hear) this.#hearers.delete(hear)
        for (const lock of held.splice(0)) this.#release(lock)
      },
    }
  }

  #request(lock: string, act: () => void): void {
    const queue = this.#locks.get(lock) ?? []
    this.#locks.set(lock, queue)
    queue.push(act)
    if (queue.length === 1) act()
  }

  #release(lock: string): void {
    const queue = this.#locks.get(lock)
    queue?.shift()
    queue?.[0]?.()
  }
}
