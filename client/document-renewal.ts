/** Another document in the place of one that shows what is lost (invariant 3 of `replica.ts`). */
import type { Author } from './author.js'
import type { Edit } from './core/edit.js'
import type { Crossings } from './crossings.js'
import type { Ledger } from './ledger.js'
import type { LiveDocument } from './live-document.js'
import type { ReplicaParts } from './replica-parts.js'

/** Edits are written anew so often on one connection; the rest waits for the next one. */
const REBASES = 50

interface Parts extends Pick<ReplicaParts, 'tabs' | 'listener' | 'newClientId'> {
  ledger: Ledger
  live: LiveDocument
  author: Author
  crossings: Crossings
}

export class DocumentRenewal {
  readonly #parts: Parts
  #rebases = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Another connection. */
  open(): void {
    this.#rebases = 0
  }

  /** Where edits of ours build on what is lost: the document can't hold them as they are. */
  ifNeeded(): void {
    if (this.#parts.ledger.hasBehind) this.run([])
  }

  /** `refused`: what the server has just refused of ours. */
  run(refused: readonly Edit[]): void {
    const { ledger, live, author, crossings, tabs, listener, newClientId } = this.#parts
    const mayWrite = this.#rebases++ < REBASES
    const clientId = newClientId()
    const pending = ledger.pending.filter(({ epoch }) => live.fits(epoch))
    const { doc, change } = ledger.rebuild(
      {
        // Where tabs can't tell who lives, somebody else may write it anew as well.
        isMine: (edit) => mayWrite && (tabs.knowsWhoLives || edit.owner === author.owner),
        clientId,
        remake: (edit, update) => author.remake(edit, update, clientId, edit.epoch),
      },
      [...crossings.shown, ...pending],
    )
    live.show(doc, live.epoch)
    listener.replaced(doc)
    change.refused.unshift(...refused)
    if (change.refused.length + change.gone.length === 0) return
    tabs.post({ type: 'rebased', ...change })
    listener.rebased(change)
    listener.keep([...change.refused, ...change.edits], change.gone)
  }
}
