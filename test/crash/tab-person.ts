/**
 * A tab with Kith's own client in it. What counts is what it shows: when nothing is pending, all
 * that was written in it is shown as saved.
 */
import 'fake-indexeddb/auto'
import { createWorkspace, type Workspace } from 'kith-client'
import { WebSocket } from 'ws'
import type * as Y from 'yjs'
import { webSockets } from '../../client/edge/socket.js'
import type { MemoryTabs } from '../../client/testing/memory-tabs.js'
import { followWords, type Person, type PersonParts, writeWord } from './person.js'

/** Names the storage on the device: servers come and go, the device's stays. */
const DEVICE = 'ws://crash.test'
/** Milliseconds: the first wait between two tries, at most. */
const CEILING = 20

export class TabPerson implements Person {
  readonly name: string
  readonly #parts: PersonParts
  readonly #workspace: Workspace
  readonly #sockets = new Set<WebSocket>()
  #unsaved: string[] = []

  constructor(parts: PersonParts, browser: MemoryTabs) {
    this.name = parts.name
    this.#parts = parts
    const { workspaceId, userId, token, route } = parts
    const sockets = this.#sockets
    const open = webSockets(
      class extends WebSocket {
        constructor(url: string) {
          super(url.replace(DEVICE, route()), { perMessageDeflate: false })
          sockets.add(this)
          this.once('close', () => sockets.delete(this))
        }
      },
    )
    this.#workspace = createWorkspace(
      { url: DEVICE, workspaceId, userId, getToken: () => token, reconnectCeiling: CEILING },
      { openSocket: open, tabs: () => browser.open() },
    )
    this.#workspace.onStatus(() => this.#look())
    this.#workspace.onError((error) => this.#wentWrong(error.code))
    this.#workspace.onDoc((doc) => {
      if (parts.mayRenew) followWords(doc, parts)
      else parts.ledger.violation(`${this.name} got another document`)
    })
    followWords(this.doc, parts)
  }

  get doc(): Y.Doc {
    return this.#workspace.doc
  }

  get unsaved(): number {
    return this.#unsaved.length
  }

  get isLive(): boolean {
    return this.#workspace.status().connection.state === 'live'
  }

  start(): void {
    this.#workspace.start()
  }

  write(word: string, ballast: number): void {
    this.#unsaved.push(word)
    this.#parts.ledger.wrote(word)
    writeWord(this.doc, word, ballast)
  }

  hurry(): void {
    if (!this.isLive) this.#workspace.connect()
  }

  cut(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  close(): Promise<void> {
    return this.#workspace.close()
  }

  #look(): void {
    const { pending, refused } = this.#workspace.status()
    if (refused > 0) this.#wentWrong('refused')
    if (pending > 0) return
    for (const word of this.#unsaved.splice(0)) this.#parts.ledger.saved(word, this.name)
  }

  #wentWrong(what: string): void {
    this.#parts.ledger.violation(`${this.name} says ${what}`)
  }
}
