import { isRefusal, type ServerMessage } from 'kith-shared'
import * as Y from 'yjs'
import type { RoadStep, State } from '../../../client/core/road.js'
import type { Workspace } from '../../../client/index.js'
import { openingOf } from '../../../server/core/renewal.js'
import { type Browser, type ScriptedSocket, until } from './browser.js'
import { Gate } from './rebase-play.js'

type Opening = { document: Uint8Array } | undefined

interface Line {
  socket: ScriptedSocket
  heard: number
  ordinal: number
  seq: number
}

/** A server whose document is renewed at will, with the real gate; for tabs of Ana's. */
export class EpochServer {
  readonly steps: RoadStep[] = []
  readonly refusals: string[] = []
  epoch = 1
  gate = new Gate()
  /** The history reaches back to it. */
  oldest = 1
  /** The row behind which the epoch began; the opening state is no row. */
  #base = 0
  #lines: Line[] = []
  readonly #browser: Browser

  constructor(browser: Browser) {
    this.#browser = browser
  }

  get head(): number {
    return this.#base + this.#rows.length
  }

  get #rows(): Uint8Array[] {
    return this.gate.rows.slice(this.epoch === 1 ? 0 : 1)
  }

  get doc(): Y.Doc {
    return this.gate.doc
  }

  /** Ends the epoch, and every connection with it. */
  renew(write: (closing: Uint8Array, clientId: number) => Opening = openingOf): void {
    const update = Y.encodeStateAsUpdate(this.gate.doc)
    const closing = { epoch: this.epoch, seq: this.head, update }
    const opening = write(update, this.epoch)
    if (opening === undefined) throw new Error('a closing state that is none')
    this.#base = this.head
    this.epoch++
    this.gate = new Gate()
    this.gate.takes('', opening.document)
    const state = { epoch: this.epoch, seq: this.#base, update: opening.document }
    this.steps.push({ closing, opening: state })
    const lines = this.#lines
    this.#lines = []
    for (const { socket } of lines) if (!socket.isNew) socket.isClosed('new-epoch')
  }

  /** Welcomes a tab's newest socket; what follows is sent at once, or by the function that it gives. */
  async greets(tab: Workspace): Promise<{ socket: ScriptedSocket; follows: () => void }> {
    await until(() => this.#browser.socketsOf(tab).at(-1)?.isNew === true)
    const socket = this.#browser.socketsOf(tab).at(-1)
    if (socket === undefined) throw new Error('no socket')
    socket.opens()
    const { epoch = 0, seq = 0, unsentEpoch = this.epoch } = socket.of('hello')[0] ?? {}
    const isOver = unsentEpoch < this.epoch
    const isHere = epoch === this.epoch || (epoch === 0 && this.epoch === 1)
    const road = unsentEpoch >= this.oldest
    const follows = isOver && road ? 'epochs' : isHere && !isOver ? 'tail' : 'snapshot'
    socket.says({
      type: 'welcome',
      protocol: 1,
      user: { id: 'ana', name: 'Ana', email: null },
      role: 'editor',
      workspaceName: 'Team',
      schema: 1,
      epoch: this.epoch,
      head: this.head,
      follows,
      limits: { updateBytes: 1, presenceBytes: 1 },
    })
    const line = { socket, heard: 0, ordinal: 0, seq: isHere ? seq : this.#base }
    const send = (): void => {
      if (follows === 'epochs') this.#sendRoad(socket, unsentEpoch)
      if (follows === 'snapshot') {
        const { epoch, head: seq } = this
        socket.says(chunkOf({ epoch, seq, update: Y.encodeStateAsUpdate(this.doc) }))
        line.seq = seq
      }
      this.#lines.push(line)
      this.tells()
    }
    return { socket, follows: send }
  }

  async welcome(tab: Workspace): Promise<ScriptedSocket> {
    const { socket, follows } = await this.greets(tab)
    follows()
    return socket
  }

  #sendRoad(socket: ScriptedSocket, from: number): void {
    for (const { closing, opening } of this.steps) {
      if (closing.epoch < from) continue
      socket.says(chunkOf(closing))
      socket.says(chunkOf(opening))
    }
  }

  /** Judges what has come and tells all tabs; until they have nothing more to say. */
  async settles(...tabs: Workspace[]): Promise<void> {
    await until(() => {
      this.hears()
      return tabs.every(({ status }) => status().pending === 0)
    })
  }

  /** Judges what has come. */
  hears(answer: 'answers' | 'is cut before it answers' = 'answers'): void {
    for (const line of this.#lines) {
      const { socket } = line
      for (const message of socket.heard.slice(line.heard)) {
        line.heard++
        if (message.type !== 'update' && message.type !== 'sync-step-2') continue
        line.ordinal++
        const verdict = this.gate.takes('ana', message.update)
        if (answer !== 'answers') continue
        if (isRefusal(verdict)) {
          this.refusals.push(verdict)
          socket.says({ type: 'reject', ordinal: line.ordinal, reason: verdict })
        }
        this.tells()
        socket.says({ type: 'ack', count: line.ordinal, seq: this.head })
      }
    }
    if (answer === 'answers') this.tells()
  }

  tells(): void {
    for (const line of this.#lines) {
      const fresh = this.#rows.slice(line.seq - this.#base)
      if (fresh.length === 0) continue
      const author = { id: 'ana', name: 'Ana' }
      const rows = fresh.map((update) => ({ author, committedAt: 5_000, update }))
      line.socket.says({ type: 'rows', epoch: this.epoch, firstSeq: line.seq + 1, rows })
      line.seq += fresh.length
    }
  }

  /** Somebody else's edit. */
  bob(clientId: number, edit: (doc: Y.Doc) => void): void {
    const doc = this.doc
    doc.clientID = clientId
    doc.on('update', (update: Uint8Array) => {
      const verdict = this.gate.takes('bob', update)
      if (verdict !== 'accepted') throw new Error(verdict)
    })
    edit(doc)
    this.tells()
  }
}

const chunkOf = ({ epoch, seq, update }: State): ServerMessage => ({
  type: 'snapshot-chunk',
  epoch,
  seq,
  total: update.length,
  offset: 0,
  bytes: update,
})
