import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import {
  CLOSE_REASONS,
  type ClientMessage,
  type CloseReason,
  decodeClientMessage,
  encodeMessage,
  type ServerMessage,
} from 'kith-shared'
import type { Signal, Signals, SocketListener, Tabs } from '../../../client/core/ports.js'
import { indexedDbStore } from '../../../client/edge/store.js'
import { createWorkspace, type Workspace } from '../../../client/index.js'
import { MemoryTabs } from '../../../client/testing/memory-tabs.js'
import { Mortal } from './mortal.js'

/** One machine's browser: its clock, its storage, its tabs, and the network that it has or has not. */
export class Browser {
  now = 1_000_000
  /** Without Web Locks nobody knows which tabs live, and each leads. */
  locks: 'has' | 'later' | 'lacks' = 'has'
  readonly #sockets = new Map<Workspace, ScriptedSocket[]>()
  readonly #lives = new Map<Workspace, Mortal>()
  readonly #timers = new Set<{ at: number; act: () => void }>()
  readonly #namesakes = new Map<string, MemoryTabs>()
  readonly #listeners = new Set<(signal: Signal) => void>()
  #random = 0

  constructor() {
    globalThis.indexedDB = new IDBFactory()
  }

  /** A tab of Ana's; started unless said otherwise. */
  open(start: 'start' | 'wait' = 'start'): Workspace {
    const sockets: ScriptedSocket[] = []
    const life = new Mortal()
    const workspace = createWorkspace(
      { url: 'https://kith.test', workspaceId: 'team', userId: 'ana', getToken: () => 'token' },
      {
        signals: this.signals(),
        tabs: (name) => life.tabs(this.#tabs(name)),
        store: (name) => life.store(indexedDbStore(name)),
        openSocket: (_url, listener) => {
          const socket = new ScriptedSocket(listener)
          sockets.push(socket)
          return socket
        },
      },
    )
    this.#sockets.set(workspace, sockets)
    this.#lives.set(workspace, life)
    if (start === 'start') workspace.start()
    return workspace
  }

  /** The tab ends in the middle of whatever it does; what it has sent is on its way. */
  crash(tab: Workspace): void {
    this.#lives.get(tab)?.dies()
    for (const socket of this.socketsOf(tab)) socket.isDeaf = true
  }

  socketsOf(tab: Workspace): readonly ScriptedSocket[] {
    return this.#sockets.get(tab) ?? []
  }

  /** The tab's newest socket, opened and welcomed. */
  async welcome(
    tab: Workspace,
    part: Partial<Extract<ServerMessage, { type: 'welcome' }>> = {},
  ): Promise<ScriptedSocket> {
    await until(() => this.socketsOf(tab).at(-1)?.isNew === true)
    const socket = this.socketsOf(tab).at(-1)
    if (socket === undefined) throw new Error('no socket')
    socket.opens()
    socket.says({
      type: 'welcome',
      protocol: 1,
      user: { id: 'ana', name: 'Ana', email: null },
      role: 'editor',
      workspaceName: 'Team',
      schema: 1,
      epoch: 1,
      head: 0,
      follows: 'tail',
      limits: { updateBytes: 1, presenceBytes: 1 },
      ...part,
    })
    return socket
  }

  signal(signal: Signal): void {
    for (const listener of this.#listeners) listener(signal)
  }

  /** Timers that are due go off in their order. */
  passes(milliseconds: number): void {
    const end = this.now + milliseconds
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#timers.delete(due)
      this.now = Math.max(this.now, due.at)
      due.act()
      for (const sockets of this.#sockets.values()) sockets.at(-1)?.answersProbes()
    }
    this.now = end
  }

  signals(): Signals {
    return {
      now: () => this.now,
      random: () => 0.5,
      randomBytes: (length) =>
        Uint8Array.from({ length }, () => {
          this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0
          return this.#random >>> 24
        }),
      setTimer: (act, delay) => {
        const timer = { at: this.now + delay, act }
        this.#timers.add(timer)
        return () => this.#timers.delete(timer)
      },
      network: () => 'up',
      isVisible: () => true,
      listen: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
  }

  #tabs(name: string): Tabs {
    const namesakes = this.#namesakes.get(name) ?? new MemoryTabs()
    this.#namesakes.set(name, namesakes)
    const tabs = namesakes.open()
    if (this.locks === 'later') return withLaterLocks(tabs)
    return this.locks === 'has' ? tabs : withoutLocks(tabs)
  }
}

/** Browsers grant a lock within no task of the page's. */
const withLaterLocks = (tabs: Tabs): Tabs => ({
  ...tabs,
  onLead: (what, lead) => tabs.onLead(what, () => queueMicrotask(lead)),
  onGone: (owner, gone) => tabs.onGone(owner, () => queueMicrotask(gone)),
})

/** As `browserTabs` does without them. */
const withoutLocks = (tabs: Tabs): Tabs => ({
  ...tabs,
  knowsWhoLives: false,
  onLead: (_what, lead) => lead(),
  onGone: () => undefined,
  takeTurn: (_what, act) => {
    let isOver = false
    queueMicrotask(() => !isOver && act())
    return () => {
      isOver = true
    }
  },
})

/** The other end of a socket: what the client sent, and what it is told. */
export class ScriptedSocket {
  readonly heard: ClientMessage[] = []
  isNew = true
  /** Nobody is there any more. */
  isDeaf = false
  bufferedAmount = 0
  #answered = 0
  readonly #listener: SocketListener

  constructor(listener: SocketListener) {
    this.#listener = listener
  }

  send(frame: Uint8Array): void {
    const decoded = decodeClientMessage(frame.slice())
    if (!decoded.ok) throw new Error('a broken frame')
    this.heard.push(decoded.message)
  }

  close(): void {
    this.isNew = false
  }

  opens(): void {
    this.isNew = false
    this.#listener.opened()
  }

  says(message: ServerMessage): void {
    if (this.isDeaf) return
    this.#listener.frame(encodeMessage(message))
  }

  isCut(): void {
    this.#listener.closed(1006, '')
  }

  isClosed(reason: CloseReason): void {
    const { code, text } = CLOSE_REASONS[reason]
    this.#listener.closed(code, text)
  }

  of<Type extends ClientMessage['type']>(type: Type): Extract<ClientMessage, { type: Type }>[] {
    const is = (message: ClientMessage): message is Extract<ClientMessage, { type: Type }> =>
      message.type === type
    return this.heard.filter(is)
  }

  /** As any server does, whatever else it is doing. */
  answersProbes(): void {
    const probes = this.of('probe')
    for (const probe of probes.slice(this.#answered)) this.says(probe)
    this.#answered = probes.length
  }

  /** The client's updates so far, as rows that are committed now. */
  commits(firstSeq: number, committedAt = 5_000): void {
    const updates = this.of('update')
    const rows = updates.map(({ update }) => ({
      author: { id: 'ana', name: 'Ana' },
      committedAt,
      update,
    }))
    this.says({ type: 'rows', epoch: 1, firstSeq, rows })
    this.says({ type: 'ack', count: updates.length, seq: firstSeq + updates.length - 1 })
  }
}

/** Lets promises and fake IndexedDB go on until it is so. */
export const until = async (isSo: () => boolean): Promise<void> => {
  const end = Date.now() + 15_000
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`never: ${isSo}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
