/** Puts the document, the device, the other tabs and the connection together. Decides nothing. */
import { mayWrite, type Notice, unreachable, type Welcome } from 'kith-shared'
import { ActivityFeed } from './activity-feed.js'
import { Announcer } from './announcer.js'
import type { RefusedChange, Self, SyncStatus } from './api.js'
import { ConnectionRunner, type SyncEffect } from './connection-runner.js'
import { sessionOf } from './core/connection-state.js'
import type { LoadedStore, Signal, StoreFailure } from './core/ports.js'
import { refusedChangeOf } from './core/set-aside.js'
import { StatusBoard, statusOf } from './core/status.js'
import { Keeper } from './keeper.js'
import { Me } from './me.js'
import { connectionEventOf, leavesBy } from './page-signals.js'
import { Replica } from './replica.js'
import { SyncError, type SyncErrorCode } from './sync-error.js'
import type { SyncParts } from './sync-parts.js'

/** Before the first retry, at most; in milliseconds. */
const CEILING = 3_000
/** A full workspace is asked this often whether it takes more; in milliseconds. */
const ROOM_EVERY = 60_000
const OLD_DOCUMENT =
  'an edit was made in a document that another has replaced: it is not lost, but whoever made it sees nothing new (onDoc)'

export class Sync {
  readonly announcer: Announcer
  readonly #parts: SyncParts
  readonly #keeper: Keeper
  readonly #replica: Replica
  readonly #runner: ConnectionRunner
  readonly #feed: ActivityFeed
  #ends: (() => void)[] = []
  readonly #me: Me
  #storage: SyncStatus['storage'] = { kind: 'device' }
  readonly #board: StatusBoard
  /** Something may have changed, and a microtask will look. */
  #isScheduled = false
  #cancelTry: () => void = () => undefined
  #told: { status: SyncStatus; self: Self | undefined; workspaceName: string }

  constructor(parts: SyncParts) {
    this.#parts = parts
    const { options, doc, awareness, signals, tabs, listener } = parts
    this.#feed = new ActivityFeed(options.workspaceId, (activity) => listener.activity(activity))
    this.announcer = new Announcer(awareness, signals, (entry) => {
      this.#runner.send({ type: 'awareness', states: [entry] })
    })
    this.#me = new Me((profile) => {
      this.#replica.outbox.setMayWrite(mayWrite(profile.self.role))
      this.#keeper.keepProfile(profile)
    })
    this.#keeper = new Keeper(parts.store, {
      kept: (ids) => {
        this.#replica.kept(ids)
        this.#changed()
      },
      stored: ({ seq }) => {
        if (seq < this.#runner.state.cursor.seq) this.#runner.dispatch({ type: 'resync', seq })
      },
      storage: (problem) => this.#storageIs(problem),
    })
    this.#replica = new Replica({
      doc,
      tabs,
      now: () => signals.now(),
      newClientId: parts.newClientId,
      listener: {
        edited: (edit) => {
          this.#feed.isEdit(edit.id)
          this.#keeper.keep([edit])
        },
        settled: (settled) => {
          this.#keeper.settle(settled)
          this.#feed.settle(settled)
          this.#tellReached()
        },
        rebased: (change) => {
          this.#feed.rebase(change)
          const isNew = change.refused.length > 0
          if (isNew) this.#fail('refused-change', 'the server did not take a change')
        },
        keep: (edits, gone) => this.#keeper.keep(edits, gone),
        replaced: (next) => listener.doc(next),
        outdated: () => this.#fail('old-document', OLD_DOCUMENT),
        changed: () => this.#changed(),
      },
    })
    this.#runner = new ConnectionRunner({
      url: parts.url,
      settings: {
        userId: options.userId,
        clientId: awareness.clientID,
        ceiling: options.reconnectCeiling ?? CEILING,
      },
      signals,
      openSocket: parts.openSocket,
      getToken: (request) => options.getToken(request),
      earlierIds: () =>
        this.#replica.outbox.clientIds.filter((clientId) => clientId !== awareness.clientID),
      perform: (effect) => this.#perform(effect),
      onChange: () => this.#changed(),
    })
    this.#board = new StatusBoard(() => this.#statusNow())
    this.#told = { status: this.status, self: undefined, workspaceName: '' }
  }

  start(): void {
    const { index, signals } = this.#parts
    index.start()
    this.#replica.start()
    this.announcer.start()
    this.#ends = [
      index.subscribe(this.#feed.follow),
      signals.listen((signal) => this.#signal(signal)),
    ]
    this.connect()
    void this.#load()
  }

  async close(): Promise<void> {
    this.disconnect()
    for (const end of this.#ends) end()
    this.announcer.close()
    this.#replica.close()
    await this.#keeper.flush()
    this.#parts.store.close()
    this.#parts.tabs.close()
    this.#parts.index.close()
  }

  connect(): void {
    this.#runner.dispatch({ type: 'connect' })
  }

  disconnect(): void {
    this.#runner.dispatch({ type: 'disconnect' })
  }

  get self(): Self | undefined {
    return this.#me.self
  }

  get workspaceName(): string {
    return this.#me.workspaceName
  }

  get status(): SyncStatus {
    return this.#board.status
  }

  get refused(): RefusedChange[] {
    return this.#replica.aside.edits.map(refusedChangeOf)
  }

  discardRefused(id: string): void {
    this.#replica.discard(id)
  }

  async #load(): Promise<void> {
    const loaded = await this.#parts.store.load()
    const isOpen = loaded.outcome === 'loaded'
    if (isOpen) this.#take(loaded)
    else this.#storageIs(loaded)
    const head = isOpen ? loaded.head : { epoch: 0, seq: 0 }
    this.#runner.dispatch({ type: 'loaded', ...head })
    this.#replica.join()
    const { tabs } = this.#parts
    tabs.onLead('edits', () => this.#replica.lead())
    // Whoever can't read the device must not keep others from storing.
    if (isOpen) tabs.onLead('storage', () => this.#keeper.lead())
  }

  #take({ head, updates, edits, profile, damaged }: LoadedStore): void {
    if (profile !== undefined && this.#me.remember(profile)) {
      this.#replica.outbox.setMayWrite(mayWrite(profile.self.role))
    }
    this.#replica.load(updates, head.seq, edits)
    if (damaged > 0) this.#fail('storage-damaged', `${damaged} stored records were damaged`)
  }

  #statusNow(): SyncStatus {
    const { outbox, pending, aside } = this.#replica
    return statusOf({
      connection: this.#runner.state,
      role: this.self?.role,
      pending,
      refused: aside.size,
      hasBlocked: outbox.hasBlocked,
      isFull: outbox.isFull,
      isKept: (id) => this.#replica.isKept(id),
      storage: this.#storage,
    })
  }

  /** What came of one task is sent together and told once. */
  #changed(): void {
    this.#board.stale()
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      this.#keeper.setLive(this.#runner.state.phase.type === 'live')
      if (sessionOf(this.#runner.state) !== undefined) {
        this.#answer()
        for (const message of this.#replica.outbox.take()) this.#runner.send(message)
      }
      const { status, self, workspaceName } = this
      const told = this.#told
      const isTold = status === told.status && self === told.self
      if (isTold && workspaceName === told.workspaceName) return
      this.#told = { status, self, workspaceName }
      this.#parts.listener.status()
    })
  }

  #answer(): void {
    const answer = this.#replica.takeAnswer()
    if (answer !== undefined) this.#runner.send(answer)
  }

  #signal(signal: Signal): void {
    this.announcer.signal(signal)
    const isLeaving = leavesBy(signal)
    if (isLeaving !== undefined) this.#keeper.setLeaving(isLeaving)
    const event = connectionEventOf(signal)
    if (event !== undefined) this.#runner.dispatch(event)
  }

  #perform(effect: SyncEffect): void {
    switch (effect.type) {
      case 'welcomed':
        return this.#welcomed(effect.welcome)
      case 'ended':
        this.#cancelTry()
        this.#replica.outbox.close()
        return this.announcer.left()
      case 'apply-snapshot':
        this.#replica.applySnapshot(effect.update, effect.seq)
        return this.#keeper.keepState(effect)
      case 'apply-rows':
        return this.#applyRows(effect)
      case 'settled':
        return this.#replica.acknowledged(effect.count, effect.seq)
      case 'rejected':
        if (effect.reason === 'quota') this.#waitForRoom()
        return this.#replica.rejected(effect.ordinal, effect.reason)
      case 'asked-for-more':
        this.#replica.asked()
        return this.#answer()
      case 'presence':
        return this.announcer.receive(effect.states)
      case 'notice':
        return this.#notice(effect.notice)
      case 'error':
        return this.#fail(effect.code, effect.message, effect.cause)
      default:
        unreachable(effect)
    }
  }

  #waitForRoom(): void {
    this.#cancelTry()
    this.#cancelTry = this.#parts.signals.setTimer(() => {
      this.#replica.outbox.tryAgain()
      this.#changed()
    }, ROOM_EVERY)
  }

  #welcomed(welcome: Welcome): void {
    this.#me.welcomed(welcome)
    this.#replica.open()
    this.announcer.arrived()
  }

  #applyRows(effect: Extract<SyncEffect, { type: 'apply-rows' }>): void {
    const { epoch, firstSeq } = effect
    // Copies: a row is a view into its frame, and whoever keeps it would keep all of that.
    const rows = effect.rows.map((row) => ({ ...row, update: row.update.slice() }))
    this.#replica.applyRows(firstSeq, rows)
    for (const [at, { author, committedAt }] of rows.entries()) {
      if (author.id === this.#parts.options.userId) this.#feed.ownRow(firstSeq + at, committedAt)
    }
    this.#keeper.keepRows(rows.map(({ update }, at) => ({ epoch, seq: firstSeq + at, update })))
    this.#tellReached()
  }

  #tellReached(): void {
    const { self } = this
    if (self !== undefined) this.#feed.reached(this.#runner.state.cursor.seq, self)
  }

  #notice(notice: Notice): void {
    switch (notice.notice) {
      case 'role-changed':
      case 'workspace-renamed':
        return this.#me.notice(notice)
      case 'quota-warning':
        return this.#fail('quota-warning', notice.text)
      case 'draining':
      case 'unknown':
        return
      default:
        unreachable(notice)
    }
  }

  #storageIs(problem: StoreFailure | undefined): void {
    if (problem !== undefined) this.#replica.keptNowhere()
    const was = this.#storage
    this.#storage =
      problem === undefined ? { kind: 'device' } : { kind: 'memory', reason: problem.reason }
    if (problem !== undefined && was.kind === 'device') {
      this.#fail('storage', `nothing can be kept on this device: ${problem.reason}`, problem.cause)
    }
    this.#changed()
  }

  #fail(code: SyncErrorCode, message: string, cause?: unknown): void {
    this.#parts.listener.error(new SyncError(code, message, cause))
  }
}
