/** One person's device: what it keeps, its network, its tabs. */
import type {
  OpenSocket,
  Signal,
  Signals,
  Store,
  StoreFailure,
  StoreProblem,
} from '../core/ports.js'
import { emptyDisk, memoryStore } from './memory-store.js'
import { MemoryTabs } from './memory-tabs.js'
import type { Line, TestNetwork } from './test-network.js'

export interface DeviceParts {
  network: TestNetwork
  signals: Omit<Signals, 'network' | 'isVisible' | 'listen'>
}

export class TestDevice {
  readonly tabs = new MemoryTabs()
  readonly #parts: DeviceParts
  readonly #disk = emptyDisk()
  readonly #lines = new Set<Line>()
  readonly #listeners = new Set<(signal: Signal) => void>()
  #problem: StoreProblem | undefined
  #network: 'up' | 'down' = 'up'
  #isVisible = true

  constructor(parts: DeviceParts) {
    this.#parts = parts
  }

  get isOnline(): boolean {
    return this.#network === 'up'
  }

  readonly openSocket: OpenSocket = (_url, listener) => {
    const line = this.#parts.network.open(listener, () => this.isOnline)
    this.#lines.add(line)
    return line.socket
  }

  signals(): Signals {
    return {
      ...this.#parts.signals,
      network: () => this.#network,
      isVisible: () => this.#isVisible,
      listen: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
  }

  /** What can't be read when a tab opens, that tab does not write to either. */
  store(): Store {
    let unread: StoreFailure | undefined
    const failure = (): StoreFailure | undefined =>
      this.#problem && { outcome: 'failed', reason: this.#problem }
    const writer = memoryStore(this.#disk, async (write) => unread ?? failure() ?? write())
    const reader = memoryStore(this.#disk, async (read) => {
      if (this.#problem !== 'full') unread = failure()
      return unread ?? read()
    })
    return { ...writer, load: () => reader.load() }
  }

  setNetwork(network: 'up' | 'down'): void {
    if (network === this.#network) return
    this.#network = network
    if (network === 'down') this.#cut()
    this.signal(network === 'up' ? 'online' : 'offline')
  }

  setProblem(problem: StoreProblem | undefined): void {
    this.#problem = problem
  }

  show(isVisible: boolean): void {
    this.#isVisible = isVisible
    this.signal(isVisible ? 'visible' : 'hidden')
  }

  signal(signal: Signal): void {
    for (const listener of [...this.#listeners]) listener(signal)
  }

  #cut(): void {
    for (const line of this.#lines) line.cut()
    this.#lines.clear()
  }
}
