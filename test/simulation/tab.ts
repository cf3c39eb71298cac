/** One page of a browser: Kith's own client, and what its person did in it. */
import type { Workspace } from 'kith-client'
import type { UserId } from 'kith-shared'
import type { TabMessage } from '../../client/core/ports.js'
import type { Random } from '../harness/team.js'
import type { Book, Entry } from './book.js'
import { Writes } from './disk.js'
import { write } from './writing.js'

export class Tab {
  readonly number: number
  readonly openedAt: number
  readonly writes = new Writes()
  /** Written here, and not known to be committed at the last look. */
  readonly unsettled = new Set<Entry>()
  /** The document is another one than at the last look. */
  isDirty = true
  /** At the last look: what of the document no commit held. */
  uncommitted: [client: number, clock: number][] = []
  owner = 0
  listener: ((message: TabMessage) => void) | undefined
  lead: (() => void) | undefined
  #workspace: Workspace | undefined

  constructor(number: number, openedAt: number) {
    this.number = number
    this.openedAt = openedAt
  }

  get isOpen(): boolean {
    return this.writes.isOpen
  }

  get workspace(): Workspace {
    if (!this.#workspace) throw new Error('the tab has no workspace yet')
    return this.#workspace
  }

  start(workspace: Workspace, book: Book, writer: { user: UserId; device: string }): void {
    this.#workspace = workspace
    const dirty = () => {
      this.isDirty = true
    }
    const follow = (doc: Workspace['doc']) => {
      book.register(doc.clientID, writer)
      doc.on('update', dirty)
      this.isDirty = true
    }
    follow(workspace.doc)
    workspace.onDoc(follow)
    workspace.start()
  }

  edit(book: Book, random: Random, now: number, by: { user: UserId; device: string }): void {
    const token = book.newToken()
    // Yjs changes it where it hears of its own from elsewhere.
    book.register(this.workspace.doc.clientID, by)
    const written = write(this.workspace.doc, random, now, token)
    const entry = written && book.note(token, written, { ...by, tab: this.number, isStock: false })
    if (entry) this.unsettled.add(entry)
  }
}
