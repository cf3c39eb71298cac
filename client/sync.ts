/** Puts the document, the device, the other tabs and the connection together. Decides nothing. */
import { ActivityFeed } from './activity-feed.js'
import { Announcer } from './announcer.js'
import type { RefusedChange, Self, SyncStatus } from './api.js'
import { ConnectionRunner } from './connection-runner.js'
import { sessionOf } from './core/connection-state.js'
import type { LoadedStore, Signal } from './core/ports.js'
import { refusedChangeOf } from './core/set-aside.js'
import { StatusBoard, statusOf } from './core/status.js'
import { Device } from './device.js'
import { Inbox } from './inbox.js'
import type { Keeper } from './keeper.js'
import { Me } from './me.js'
import { connectionEventOf, leavesBy } from './page-signals.js'
import { Replica } from './replica.js'
import { SharedToken, withoutTokenTalk } from './shared-token.js'
import { SyncError, type SyncErrorCode } from './sync-error.js'
import type { SyncParts } from './sync-parts.js'

/** Before the first retry, at most; in milliseconds. */
const CEILING = 3_000
const OLD_DOCUMENT =
  'an edit was made in a document that another has replaced: it is not lost, but whoever made it sees nothing new (onDoc)'

export class Sync {
  readonly announcer: Announcer
  readonly #parts: SyncParts
  readonly #device: Device
  readonly #keeper: Keeper
  readonly #replica: Replica
  readonly #runner: ConnectionRunner
  readonly #inbox: Inbox
  readonly #feed: ActivityFeed
  #ends: (() => void)[] = []
  readonly #me: Me
  readonly #board: StatusBoard
  /** Something may have changed, and a microtask will look. */
  #isScheduled = false
  #told: { status: SyncStatus; self: Self | undefined; workspaceName: string }

  constructor(parts: SyncParts) {
    this.#parts = parts
    const { options, doc, awareness, signals, listener } = parts
    const token = this.#tokenOf(parts)
    const tabs = withoutTokenTalk(parts.tabs, (message) => token.hear(message))
    this.#feed = new ActivityFeed(options.workspaceId, listener)
    this.announcer = new Announcer(awareness, signals, (entry) => {
      this.#runner.send({ type: 'awareness', states: [entry] })
    })
    this.#me = new Me((profile) => {
      this.#replica.outbox.setMayWrite(this.#me.mayEdit)
      this.#keeper.keepProfile(profile)
    })
    this.#device = new Device({
      store: parts.store,
      tabs,
      signals,
      persistence: parts.persistence,
      replica: () => this.#replica,
      found: (loaded) => this.#find(loaded),
      lacksRows: (seq) => this.#runner.dispatch({ type: 'resync', seq }),
      failed: ({ reason, cause }) =>
        this.#fail('storage', `nothing can be kept on this device: ${reason}`, cause),
      changed: () => this.#changed(),
    })
    this.#keeper = this.#device.keeper
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
          this.#inbox.tellReached()
        },
        rebased: (change) => {
          this.#feed.rebase(change)
          const isNew = change.refused.length > 0
          if (isNew) this.#fail('refused-change', 'the server did not take a change')
        },
        keep: (edits, gone) => this.#keeper.keep(edits, gone),
        overtaken: (refused, gone) => this.#keeper.overtaken(refused, gone),
        cross: (state, plan) => this.#keeper.cross(state, plan),
        replaced: (next, through) => listener.doc(next, through),
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
      tokens: token,
      earlierIds: () =>
        this.#replica.outbox.clientIds.filter((clientId) => clientId !== awareness.clientID),
      unsentEpoch: () => this.#replica.crossings.unsentEpoch,
      perform: (effect) => this.#inbox.take(effect),
      onChange: () => this.#changed(),
    })
    this.#inbox = new Inbox({
      userId: options.userId,
      signals,
      replica: this.#replica,
      keeper: this.#keeper,
      announcer: this.announcer,
      feed: this.#feed,
      me: this.#me,
      reached: () => this.#runner.state.cursor.seq,
      lostRoad: () => this.#lostRoad(),
      asked: () => this.#answer(),
      fail: (code, message, cause) => this.#fail(code, message, cause),
      changed: () => this.#changed(),
    })
    this.#board = new StatusBoard(() => this.#statusNow())
    this.#told = { status: this.status, self: undefined, workspaceName: '' }
  }

  #tokenOf({ options, tabs, signals }: SyncParts): SharedToken {
    return new SharedToken({
      userId: options.userId,
      tabs,
      signals,
      getToken: (request) => options.getToken(request),
      answered: (ask, token) => this.#runner.dispatch({ type: 'token', ask, token }),
      failed: (ask, cause) => this.#runner.dispatch({ type: 'token-failed', ask, cause }),
      thereIsOne: () => this.#runner.dispatch({ type: 'token-there' }),
    })
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
    this.#inbox.close()
    this.#replica.close()
    await this.#device.close()
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

  get mayEdit(): boolean {
    return this.#me.mayEdit
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

  unsaved(): ReturnType<Replica['deviceCopy']['unsaved']> {
    return this.#replica.deviceCopy.unsaved()
  }

  discardRefused(id: string): void {
    this.#replica.discard(id)
  }

  async #load(): Promise<void> {
    const loaded = await this.#device.read()
    if (loaded !== undefined) this.#take(loaded)
    this.#runner.dispatch({ type: 'loaded', ...this.#replica.head })
    this.#replica.join(loaded?.edits)
    const { tabs } = this.#parts
    tabs.onLead('edits', () => this.#replica.lead())
    // Whoever can't read the device must not keep others from storing.
    if (loaded !== undefined) tabs.onLead('storage', () => this.#keeper.lead())
  }

  #take(loaded: LoadedStore): void {
    this.#replica.load(loaded.updates, loaded.head, loaded.edits)
    this.#remember(loaded)
  }

  /** The device could not be read at first, and now it was. */
  #find(loaded: LoadedStore): void {
    const isFirstWord = this.#replica.deviceCopy.find(loaded)
    this.#remember(loaded)
    if (isFirstWord) this.#lostRoad()
    this.#parts.tabs.onLead('storage', () => this.#keeper.lead())
    this.#changed()
  }

  #remember({ profile, damaged }: LoadedStore): void {
    if (profile !== undefined && this.#me.remember(profile)) {
      this.#keeper.hasProfile(profile)
      this.#replica.outbox.setMayWrite(this.#me.mayEdit)
    }
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
      storage: this.#device.storage,
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
      // Another tab has heard a server first.
      const isLate = this.#runner.state.cursor.epoch === 0 && this.#replica.head.epoch !== 0
      if (isLate && this.#runner.state.phase.type !== 'loading') this.#lostRoad()
      this.#send()
      const { status, self, workspaceName } = this
      const told = this.#told
      const isTold = status === told.status && self === told.self
      if (isTold && workspaceName === told.workspaceName) return
      this.#told = { status, self, workspaceName }
      this.#parts.listener.status()
    })
  }

  #send(): void {
    const { phase } = this.#runner.state
    const isReading = phase.type === 'live' || (phase.type === 'syncing' && phase.reason === 'tail')
    if (this.#inbox.isBusy || sessionOf(this.#runner.state) === undefined) return
    if (isReading && this.#replica.crossings.lacksRoad) return this.#lostRoad()
    this.#answer()
    for (const message of this.#replica.outbox.take()) this.#runner.send(message)
  }

  #lostRoad(): void {
    this.#runner.dispatch({ type: 'lost-road', cursor: this.#replica.head })
  }

  #answer(): void {
    if (this.#inbox.isBusy) return
    const answer = this.#replica.gapAnswer.take()
    if (answer !== undefined) this.#runner.send(answer)
  }

  #signal(signal: Signal): void {
    this.announcer.signal(signal)
    const isLeaving = leavesBy(signal)
    if (isLeaving !== undefined) this.#keeper.setLeaving(isLeaving)
    if (signal === 'input') return this.#runner.used()
    const event = connectionEventOf(signal)
    if (event !== undefined) this.#runner.dispatch(event)
  }

  #fail(code: SyncErrorCode, message: string, cause?: unknown): void {
    this.#parts.listener.error(new SyncError(code, message, cause))
  }
}
