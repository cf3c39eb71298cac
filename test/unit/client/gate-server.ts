import { isRefusal } from 'kith-shared'
import * as Y from 'yjs'
import type { Workspace } from '../../../client/index.js'
import { type Browser, type ScriptedSocket, until } from './browser.js'
import { Gate } from './rebase-play.js'

/** A server with the real gate, for the tabs of one browser: all of them Ana's. */
export class GateServer {
  readonly gate = new Gate()
  readonly refusals: string[] = []
  readonly #browser: Browser
  readonly #lines: {
    socket: ScriptedSocket
    heard: number
    ordinal: number
    seq: number
    asks: boolean
  }[] = []

  constructor(browser: Browser) {
    this.#browser = browser
  }

  async welcome(tab: Workspace): Promise<ScriptedSocket> {
    const socket = await this.#browser.welcome(tab, { head: this.gate.rows.length })
    const seq = socket.of('hello')[0]?.seq ?? 0
    this.#lines.push({ socket, heard: 0, ordinal: 0, seq, asks: true })
    this.#tell()
    return socket
  }

  /** Judges what has come and tells all tabs; until they have nothing more to say. */
  async settles(...tabs: Workspace[]): Promise<void> {
    await until(() => {
      this.#hear()
      return tabs.every(({ status }) => status().pending === 0)
    })
  }

  /** Judges what has come, and says nothing of what it has committed. */
  hears(): void {
    this.#hear('keeps rows back')
  }

  /** Tells what it has committed. */
  tells(): void {
    this.#tell()
  }

  #hear(rows: 'tells' | 'keeps rows back' = 'tells'): void {
    for (const line of this.#lines) {
      const { socket } = line
      for (const message of socket.heard.slice(line.heard)) {
        line.heard++
        if (message.type !== 'update' && message.type !== 'sync-step-2') continue
        line.ordinal++
        const verdict = this.gate.takes('ana', message.update)
        if (isRefusal(verdict)) {
          this.refusals.push(verdict)
          socket.says({ type: 'reject', ordinal: line.ordinal, reason: verdict })
          if (verdict === 'gap' && line.asks) {
            line.asks = false
            const stateVector = Y.encodeStateVector(this.gate.doc)
            socket.says({ type: 'sync-step-1', stateVector })
          }
        } else if (message.type === 'update') line.asks = true
        if (rows === 'tells') this.#tell()
        socket.says({ type: 'ack', count: line.ordinal, seq: this.gate.rows.length })
      }
    }
    if (rows === 'tells') this.#tell()
  }

  #tell(): void {
    for (const line of this.#lines) {
      const fresh = this.gate.rows.slice(line.seq)
      if (fresh.length === 0) continue
      const rows = fresh.map((update) => ({
        author: { id: 'ana', name: 'Ana' },
        committedAt: 5_000,
        update,
      }))
      line.socket.says({ type: 'rows', epoch: 1, firstSeq: line.seq + 1, rows })
      line.seq += fresh.length
    }
  }
}
