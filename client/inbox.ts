/** What the connection hands in, in order: also while the device takes its time with a new epoch. */
import { type Notice, type Seq, unreachable, type Welcome } from 'kith-shared'
import type { ActivityFeed } from './activity-feed.js'
import type { Announcer } from './announcer.js'
import type { Self } from './api.js'
import type { SyncEffect } from './connection-runner.js'
import type { Signals } from './core/ports.js'
import type { Way } from './crossing-plan.js'
import type { Keeper } from './keeper.js'
import type { Me } from './me.js'
import type { Replica } from './replica.js'
import type { SyncErrorCode } from './sync-error.js'

/** A full workspace is asked this often whether it takes more; in milliseconds. */
const ROOM_EVERY = 60_000

export interface InboxParts {
  userId: string
  signals: Signals
  replica: Replica
  keeper: Keeper
  announcer: Announcer
  feed: ActivityFeed
  me: Me
  /** All rows through it are in. */
  reached: () => Seq
  /** The document is still where it was: it wants the road from there. */
  lostRoad: () => void
  /** The server asks for what it lacks. */
  asked: () => void
  fail: (code: SyncErrorCode, message: string, cause?: unknown) => void
  changed: () => void
}

export class Inbox {
  readonly #parts: InboxParts
  #waiting: SyncEffect[] = []
  #isBusy = false
  #cancelTry: () => void = () => undefined

  constructor(parts: InboxParts) {
    this.#parts = parts
  }

  /** Something waits for the device: nothing may be sent, since counts may be those of a session before. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  take(effect: SyncEffect): void {
    if (this.#isBusy) this.#waiting.push(effect)
    else this.#perform(effect)
  }

  close(): void {
    this.#waiting = []
    this.#cancelTry()
  }

  #perform(effect: SyncEffect): void {
    const { replica, keeper, announcer, fail } = this.#parts
    switch (effect.type) {
      case 'welcomed':
        return this.#welcomed(effect.welcome)
      case 'ended':
        this.#cancelTry()
        replica.outbox.close()
        return announcer.left()
      case 'apply-snapshot':
        replica.applySnapshot(effect.update, effect.seq)
        return keeper.keepState(effect)
      case 'cross':
        return void this.#cross(effect)
      case 'apply-rows':
        return this.#applyRows(effect)
      case 'settled':
        return replica.acknowledged(effect.count, effect.seq)
      case 'rejected':
        if (effect.reason === 'quota') this.#waitForRoom()
        return replica.rejected(effect.ordinal, effect.reason)
      case 'asked-for-more':
        replica.gapAnswer.asked()
        return this.#parts.asked()
      case 'presence':
        return announcer.receive(effect.states)
      case 'notice':
        return this.#notice(effect.notice)
      case 'error':
        return fail(effect.code, effect.message, effect.cause)
      default:
        unreachable(effect)
    }
  }

  async #cross(way: Way): Promise<void> {
    const { replica, lostRoad, changed } = this.#parts
    this.#isBusy = true
    const outcome = await replica.crossings.cross(way)
    this.#isBusy = false
    const isLost = outcome === 'lacks-road'
    // What came behind it was meant for a document that is not there.
    if (isLost) this.#waiting = this.#waiting.filter(({ type }) => LASTING.has(type))
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#perform(next)
      if (this.#isBusy) return
    }
    // Behind a welcome that came meanwhile: what that opens must end with it.
    if (isLost) lostRoad()
    this.tellReached()
    changed()
  }

  #waitForRoom(): void {
    const { signals, replica, changed } = this.#parts
    this.#cancelTry()
    this.#cancelTry = signals.setTimer(() => {
      replica.outbox.tryAgain()
      changed()
    }, ROOM_EVERY)
  }

  #welcomed(welcome: Welcome): void {
    const { me, replica, announcer } = this.#parts
    me.welcomed(welcome)
    replica.open(welcome.epoch)
    announcer.arrived()
  }

  #applyRows(effect: Extract<SyncEffect, { type: 'apply-rows' }>): void {
    const { userId, replica, feed, keeper } = this.#parts
    const { epoch, firstSeq } = effect
    // Copies: a row is a view into its frame, and whoever keeps it would keep all of that.
    const rows = effect.rows.map((row) => ({ ...row, update: row.update.slice() }))
    replica.applyRows(firstSeq, rows)
    for (const [at, { author, committedAt }] of rows.entries()) {
      if (author.id === userId) feed.ownRow(firstSeq + at, committedAt)
    }
    keeper.keepRows(rows.map(({ update }, at) => ({ epoch, seq: firstSeq + at, update })))
    this.tellReached()
  }

  /** What is settled and in can be told. */
  tellReached(): void {
    const { me, feed, reached } = this.#parts
    const self: Self | undefined = me.self
    if (self !== undefined && !this.#isBusy) feed.reached(reached(), self)
  }

  #notice(notice: Notice): void {
    switch (notice.notice) {
      case 'role-changed':
      case 'workspace-renamed':
        return this.#parts.me.notice(notice)
      case 'quota-warning':
        return this.#parts.fail('quota-warning', notice.text)
      case 'draining':
      case 'unknown':
        return
      default:
        unreachable(notice)
    }
  }
}

/** What is true whatever the document is. */
const LASTING: ReadonlySet<SyncEffect['type']> = new Set([
  'welcomed',
  'ended',
  'presence',
  'notice',
  'error',
])
