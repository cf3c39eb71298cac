/** What is committed, as documents of its own, one an epoch: what everybody's word is held against. */
import type { Epoch, Seq, UserId } from 'kith-shared'
import * as Y from 'yjs'
import type { JournalRow } from '../../server/core/ports.js'
import { type Token, tokensInBytes } from './token.js'

export interface CommittedRow extends JournalRow {
  tokens: readonly Token[]
  /** Through which clock it holds a client's work. */
  clocks: ReadonlyMap<number, number>
}

interface Life {
  epoch: Epoch
  doc: Y.Doc
  clocks: Map<number, number>
}

export class Committed {
  readonly rows: CommittedRow[] = []
  readonly #lives: Life[] = [{ epoch: 1, doc: new Y.Doc(), clocks: new Map() }]
  readonly #seqs = new Map<Token, Seq>()
  readonly #authors = new Map<Token, UserId>()
  /** Tokens in more than one place. */
  readonly doubled = new Set<Token>()

  /** Of the present epoch. */
  get doc(): Y.Doc {
    return this.#present.doc
  }

  get lives(): number {
    return this.#lives.length
  }

  get epoch(): Epoch {
    return this.#present.epoch
  }

  get head(): Seq {
    return this.rows.at(-1)?.seq ?? 0
  }

  /** Which row holds the token. */
  seqOf(token: Token): Seq | undefined {
    return this.#seqs.get(token)
  }

  take({ update, ...row }: JournalRow): CommittedRow {
    const { doc, clocks } = this.#present
    Y.applyUpdate(doc, update)
    const tokens = tokensInBytes(update)
    for (const token of tokens) {
      if (this.#seqs.has(token)) this.doubled.add(token)
      else this.#seqs.set(token, row.seq)
      this.#authors.set(token, row.author.id)
    }
    const { to } = Y.parseUpdateMeta(update)
    for (const [client, clock] of to) clocks.set(client, Math.max(clock, clocks.get(client) ?? 0))
    const taken = { ...row, update, tokens, clocks: to }
    this.rows.push(taken)
    return taken
  }

  /** The next epoch begins with this state: equal values, other ids. */
  renew(epoch: Epoch, opening: Uint8Array): void {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, opening)
    this.#lives.push({ epoch, doc, clocks: clocksOf(doc) })
  }

  /** Whether some epoch's document holds all of this client's work through the clock. */
  holds(client: number, clock: number): boolean {
    return this.#lives.some(({ clocks }) => (clocks.get(client) ?? 0) >= clock)
  }

  /** What of a replica no commit holds; one of an epoch that is over may show what came after it. */
  uncommittedIn(doc: Y.Doc): [client: number, clock: number][] {
    return [...clocksOf(doc)].filter(([client, clock]) => !this.holds(client, clock))
  }

  get #present(): Life {
    const life = this.#lives.at(-1)
    if (!life) throw new Error('there is always an epoch')
    return life
  }
}

export const clocksOf = (doc: Y.Doc): Map<number, number> => {
  const clocks = new Map<number, number>()
  for (const client of doc.store.clients.keys()) clocks.set(client, Y.getState(doc.store, client))
  return clocks
}
