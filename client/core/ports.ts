/** What the client asks of the world outside. Each port can be replaced, in tests and elsewhere. */
import type { ClientId, Epoch, Seq } from 'kith-shared'
import type { Self } from '../api.js'
import type { Crossing, Edit, OutboxChange } from './edit.js'
import type { State } from './road.js'

/** One WebSocket. After `close` nothing that it says matters. */
export interface Socket {
  /** Bytes that were handed to it and have not left this machine's browser. */
  readonly bufferedAmount: number
  send(frame: Uint8Array): void
  close(code: number, text: string): void
}

export interface SocketListener {
  opened(): void
  frame(bytes: Uint8Array): void
  /** A text frame, which no server of this protocol sends. */
  textFrame(): void
  /** The last word, also where it never opened. */
  closed(code: number, text: string): void
}

/** Must not call the listener before it has returned. */
export type OpenSocket = (url: string, listener: SocketListener) => Socket

/** What the browser says and gives. */
export interface Signals {
  /** Milliseconds since 1970. */
  now(): number
  /** In [0, 1). */
  random(): number
  randomBytes(length: number): Uint8Array
  /** Gives the way to cancel it. */
  setTimer(act: () => void, delay: number): () => void
  network(): 'up' | 'down'
  isVisible(): boolean
  /** Gives the way to stop listening. */
  listen(listener: (signal: Signal) => void): () => void
}

export type Signal =
  | 'online'
  | 'offline'
  | 'visible'
  | 'hidden'
  /** Back from the back-forward cache, or first shown. */
  | 'pageshow'
  | 'pagehide'
  /** A key, a pointer, a touch, a wheel. */
  | 'input'

export interface Head {
  epoch: Epoch
  seq: Seq
}

/** What the last welcome said, for the next start without a network. */
export interface Profile {
  self: Self
  workspaceName: string
  /** Absent where an earlier version kept it. */
  schema?: number
}

/** Why the device keeps nothing at the moment; `docs/storage.md` has a line on each. */
export type StoreProblem =
  /** The browser has no IndexedDB here. */
  | 'missing'
  /** It is there, and does not open: refused, or no answer for long. */
  | 'blocked'
  /** No more room. */
  | 'full'
  /** A later version of the page keeps it in a way that this one can't read. */
  | 'newer'
  /** It is open, and does not get done. */
  | 'slow'
  /** Anything else that the browser says. */
  | 'failed'
export type StoreFailure = { outcome: 'failed'; reason: StoreProblem; cause?: unknown }

export interface LoadedStore {
  outcome: 'loaded'
  /** Everything through it is among `updates`, without a gap. */
  head: Head
  updates: Uint8Array[]
  /** In the order in which they were made. */
  edits: Edit[]
  profile: Profile | undefined
  /** Rows and edits whose checksum is wrong, and that are gone. */
  damaged: number
}

export interface Settled {
  id: string
  /** Committed through this row. */
  seq: Seq
}

/** What came from the server, and what it settled; one transaction. */
export interface StoreCommit {
  /** Replaces everything, if it is newer than what is stored. */
  state?: { epoch: Epoch; seq: Seq; update: Uint8Array } | undefined
  rows: readonly { epoch: Epoch; seq: Seq; update: Uint8Array }[]
  settled: readonly Settled[]
}

export interface StoreCommitted {
  /** `behind`: rows were missing before these; nothing of them was stored. */
  outcome: 'committed' | 'behind'
  head: Head
  /** Edits that are gone from the device, since what is stored holds them. */
  removed: string[]
}

/** Edits that go, and others in their place. */
export interface Swap {
  edits: readonly Edit[]
  gone: readonly string[]
}

export interface StoreCrossed {
  outcome: 'crossed'
  edits: Edit[]
}

/**
 * What the device keeps of one workspace, for one user and server; shared by all tabs. Never
 * throws. Contract: `test/harness/store-contract.ts`.
 */
export interface Store {
  /** What could not be read is not written to, until it is: it may hold edits that were never sent. */
  load(): Promise<LoadedStore | StoreFailure>
  /**
   * Hears, as often as it happens, that what was kept may be gone: deleted by somebody else, or
   * taken over by a later version. What is asked for next begins with nothing.
   */
  onLost(listener: () => void): void
  /**
   * Adds edits, or replaces those of the same id, and removes the ones that are `gone`: all of it or
   * nothing.
   */
  keep(
    edits: readonly Edit[],
    gone: readonly string[],
    durability: 'strict' | 'relaxed',
  ): Promise<StoreFailure | 'kept'>
  /**
   * Into another epoch: `plan` hears of every edit that is kept, within the transaction, so that no
   * other tab's comes in between; `state` takes the place of an older epoch's. All of it or nothing,
   * flushed. Gives the edits that are kept behind it.
   */
  cross(state: State, plan: (kept: readonly Edit[]) => Swap): Promise<StoreFailure | StoreCrossed>
  commit(commit: StoreCommit): Promise<StoreCommitted | StoreFailure>
  keepProfile(profile: Profile): Promise<StoreFailure | 'kept'>
  /** Safe twice. */
  close(): void
}

/** What tabs of one workspace, user and server tell each other. */
export type TabMessage =
  /** `wasKept`: on the device is what it was before it was written anew. */
  | { type: 'edit'; edit: Edit; kept: boolean; wasKept?: boolean }
  /** These are in IndexedDB. */
  | { type: 'kept'; ids: string[] }
  | { type: 'settled'; settled: Settled[] }
  /** Edits were refused, and what was built on them is written anew. */
  | ({ type: 'rebased' } & OutboxChange)
  /** Edits of epochs that are over were moved; `kept`: on the device, in the place of what they were. */
  | ({ type: 'crossed'; kept: boolean } & Crossing)
  /** Their person gave up edits that were set aside. */
  | { type: 'discarded'; ids: string[] }
  /** A tab that has just opened: what is unsettled is told again. */
  | { type: 'joined' }
  /** What a tab has read from the device, for one that could not. */
  | { type: 'found'; edits: readonly Edit[] }
  | TokenMessage

/** What tabs tell each other of tokens: over the channel, in memory, never on the device. */
export type TokenMessage =
  /** I am asking `getToken` now. */
  | { type: 'token-asked' }
  | { type: 'token'; token: string }
  /** The server did not take it. */
  | { type: 'token-refused'; token: string }

/** Tabs of one name in one browser. Contract: `test/harness/tabs-contract.ts`. */
export interface Tabs {
  /** Whether it can be told if another tab lives; without that each tab leads. */
  readonly knowsWhoLives: boolean
  start(owner: ClientId, listener: (message: TabMessage) => void): void
  post(message: TabMessage): void
  /**
   * Called once, when this tab is the one that takes over the edits of tabs that are gone, or that
   * stores what comes from the server: two tabs may be, where one of them can't store.
   */
  onLead(what: 'edits' | 'storage', lead: () => void): void
  /** Called once, when the tab of this owner is gone. */
  onGone(owner: ClientId, gone: () => void): void
  /**
   * Calls `act`, later, when no other tab has its turn to do this; the turn lasts until the tab ends
   * it or is gone. Each tab has its turn at once where nobody knows who lives. Gives the way to end
   * it, or to leave the queue; safe twice.
   */
  takeTurn(what: 'token', act: () => void): () => void
  close(): void
}

/** Whether the browser may clear what the device keeps when room gets short. Never rejects. */
export interface Persistence {
  /** `undefined` where nobody can tell. Asks nobody. */
  isPersisted(): Promise<boolean | undefined>
  /** Some browsers ask their person. */
  ask(): Promise<boolean | undefined>
}
