/**
 * All rooms of this process: loaded once for however many join at a time, ticked by one timer,
 * dropped a while after the last one left.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { CloseReason, WorkspaceId } from 'kith-shared'
import { type RoomPorts, RoomRunner } from './room-runner.js'
import { SharedSnapshots } from './shared-snapshots.js'

/** Presence goes out about 25 times a second. */
const TICK = 40
const KEEP_ALIVE = 20_000
/** An empty room stays this long, in milliseconds, so that a reload finds it warm. */
const IDLE_TIME = 30_000

interface Loading {
  room: Promise<RoomRunner | undefined | 'away'>
}

export class Rooms {
  readonly #snapshots = new SharedSnapshots()
  readonly #ports: RoomPorts
  readonly #rooms = new Map<WorkspaceId, RoomRunner>()
  readonly #loading = new Map<WorkspaceId, Loading>()
  readonly #idleSince = new Map<WorkspaceId, number>()
  #timers: NodeJS.Timeout[] = []

  constructor(ports: Omit<RoomPorts, 'snapshots'>) {
    this.#ports = { ...ports, snapshots: this.#snapshots }
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#tick(performance.now()), TICK),
      setInterval(() => this.#keepAlive(), KEEP_ALIVE),
    ]
  }

  get count(): number {
    return this.#rooms.size
  }

  get(workspaceId: WorkspaceId): RoomRunner | undefined {
    return this.#rooms.get(workspaceId)
  }

  /** The room, loaded if need be. `away` where storage is, undefined where there is no workspace. */
  async open(workspaceId: WorkspaceId): Promise<RoomRunner | undefined | 'away'> {
    const open = this.#rooms.get(workspaceId)
    if (open) return open
    const loading = this.#loading.get(workspaceId)
    if (loading) return loading.room
    const isWanted = (): boolean => this.#loading.get(workspaceId) === begun
    const begun: Loading = { room: this.#load(workspaceId, isWanted) }
    this.#loading.set(workspaceId, begun)
    return begun.room
  }

  /** Undefined also where the workspace was ended meanwhile: `isWanted` is false then. */
  async #load(
    workspaceId: WorkspaceId,
    isWanted: () => boolean,
  ): Promise<RoomRunner | undefined | 'away'> {
    try {
      const room = await RoomRunner.load(workspaceId, this.#ports, () => {
        // It may be ended already, and another one be open in its place.
        if (this.#rooms.get(workspaceId) === room) this.#drop(workspaceId)
      })
      if (!isWanted()) return undefined
      if (room instanceof RoomRunner) this.#rooms.set(workspaceId, room)
      return room
    } catch (error) {
      this.#ports.log.error({ workspaceId, err: error }, 'a workspace could not be loaded')
      return 'away'
    } finally {
      if (isWanted()) this.#loading.delete(workspaceId)
    }
  }

  /** The workspace is gone: its sessions are closed, and nothing of it is waited for. */
  end(workspaceId: WorkspaceId, reason: CloseReason): void {
    this.#loading.delete(workspaceId)
    this.#rooms.get(workspaceId)?.closeAll(reason)
    this.#drop(workspaceId)
  }

  /** Resolves when every accepted change is committed, or when `signal` ends the wait. */
  async settle(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && [...this.#rooms.values()].some(({ room }) => room.isBusy)) {
      await wait(10, undefined, { signal }).catch(() => undefined)
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    for (const room of this.#rooms.values()) room.close()
    this.#rooms.clear()
  }

  #tick(now: number): void {
    this.#snapshots.tick(now)
    for (const [workspaceId, runner] of this.#rooms) {
      runner.tick(now)
      if (!runner.room.isIdle) this.#idleSince.delete(workspaceId)
      else if (!this.#idleSince.has(workspaceId)) this.#idleSince.set(workspaceId, now)
      else if (now - (this.#idleSince.get(workspaceId) ?? now) > IDLE_TIME) {
        this.#drop(workspaceId)
      }
    }
  }

  #drop(workspaceId: WorkspaceId): void {
    this.#idleSince.delete(workspaceId)
    this.#rooms.get(workspaceId)?.close()
    this.#rooms.delete(workspaceId)
  }

  #keepAlive(): void {
    for (const runner of this.#rooms.values()) runner.dispatch({ type: 'keep-alive' })
  }
}
