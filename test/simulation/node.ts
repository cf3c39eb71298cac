/**
 * A server of the simulated world. A crash ends its process, which forgets everything; what it had
 * sent off to the storage is done all the same.
 */
import type { EpochBounds } from '../../server/core/epoch-trigger.js'
import type { Random } from '../harness/team.js'
import type { Clock } from './clock.js'
import type { Directory } from './directory.js'
import type { Accept } from './network.js'
import { NodeProcess } from './node-process.js'
import type { Storage } from './storage.js'

export interface NodeParts {
  clock: Clock
  random: Random
  storage: Storage
  directory: Directory
  /** Past which a room renews its document. */
  epochBounds: EpochBounds
}

export class Node {
  readonly #parts: NodeParts
  #process: NodeProcess | undefined

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#process = new NodeProcess(parts)
  }

  get isUp(): boolean {
    return this.#process !== undefined
  }

  get process(): NodeProcess | undefined {
    return this.#process
  }

  crash(): void {
    this.#process?.end()
    this.#process = undefined
  }

  restart(): void {
    this.#process ??= new NodeProcess(this.#parts)
  }

  /** As the room asks for it after many rows. */
  compact(): void {
    this.#process?.compact()
  }

  /** As an owner's command would, beside the room. */
  renew(): void {
    this.#process?.renew()
  }

  readonly accept: Accept = (end, url) => {
    if (this.#process) return this.#process.accept(end, url)
    end.close(1006, '')
    return { frame: () => undefined, closed: () => undefined }
  }
}
