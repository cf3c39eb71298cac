/** A device whose edits are refused or not, and what a rebase makes of the rest. */
import { type Refusal, UpdateScanner, type UserId } from 'kith-shared'
import * as Y from 'yjs'
import { type Fate, type Rebased, rebase, type Unsent } from '../../../client/core/rebase.js'
import { admit, type Verdict } from '../../../server/core/admission/admit.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'

const scanner = new UpdateScanner()

/** The server's gate, and what passed it. */
export class Gate {
  readonly #index = new RoomIndex()
  readonly rows: Uint8Array[] = []
  /** It takes nothing new. */
  isFull = false

  /** `accepted`, `known` or the refusal. */
  takes(user: string, update: Uint8Array): Exclude<Verdict['verdict'], 'refused'> | Refusal {
    const scan = scanner.scan(update)
    if (!scan.ok) return scan.refusal
    const draft = new IndexDraft(this.#index)
    const sender = { userId: user as UserId, role: 'editor' } as const
    const verdict = admit(draft, sender, 'update', update, scan.update)
    if (verdict.verdict === 'refused') return verdict.refusal
    if (verdict.verdict === 'accepted' && this.isFull) return 'quota'
    if (verdict.verdict === 'accepted') {
      draft.fold()
      this.rows.push(verdict.update)
    }
    return verdict.verdict
  }

  get doc(): Y.Doc {
    return docOf(this.rows)
  }
}

export const docOf = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

/** Ana writes; what she writes is committed until she says that she is away. */
export class Play {
  readonly gate = new Gate()
  readonly doc: Y.Doc
  readonly edits: (Unsent & { fate: Fate })[] = []
  #isAway = false

  constructor(clientId = 1) {
    this.doc = new Y.Doc()
    this.doc.clientID = clientId
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'server') return
      if (!this.#isAway) this.#commits('ana', update)
      else {
        const id = `e${this.edits.length + 1}`
        const isBehind = this.edits.some(({ fate }) => fate !== 'kept')
        this.edits.push({ id, update, fate: isBehind ? 'moved' : 'kept' })
      }
    })
  }

  away(): this {
    this.#isAway = true
    return this
  }

  type(at: number, letters: string, contact = 'c'): this {
    this.doc.getText(`about/${contact}`).insert(at, letters)
    return this
  }

  erase(at: number, length: number, contact = 'c'): this {
    this.doc.getText(`about/${contact}`).delete(at, length)
    return this
  }

  set(key: string, value: unknown): this {
    this.doc.getMap('fields').set(key, value)
    return this
  }

  create(root: 'contacts' | 'notes', id: string, value: object): this {
    this.doc.getMap(root).set(id, value)
    return this
  }

  /** Bob's, committed while she is away. */
  bob(clientId: number, edit: (doc: Y.Doc) => void): this {
    const doc = this.gate.doc
    doc.clientID = clientId
    doc.on('update', (update: Uint8Array) => this.#commits('bob', update))
    edit(doc)
    return this
  }

  /** The last edit. */
  refuse(): this {
    const last = this.edits.at(-1)
    if (last) last.fate = 'refused'
    return this
  }

  /** What the server holds after all that is left was sent. */
  rebased(clientId = 77): Rebased & { server: Y.Doc } {
    const before = [...this.gate.rows]
    const rebased = rebase({ before, after: before, unsent: this.edits, clientId })
    for (const { fate, update } of this.edits) if (fate === 'kept') this.#commits('ana', update)
    for (const { update } of rebased.moved.values()) if (update) this.#commits('ana', update)
    return { ...rebased, server: this.gate.doc }
  }

  #commits(user: string, update: Uint8Array): void {
    const verdict = this.gate.takes(user, update)
    if (verdict !== 'accepted') throw new Error(`the gate said ${verdict}`)
  }
}
