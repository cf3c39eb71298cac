import type { ClientId, Epoch } from 'kith-shared'
import type * as Y from 'yjs'
import type { Edit } from './core/edit.js'
import { EditIds } from './core/edit-ids.js'
import { touchesOf } from './core/touches.js'

/** Who makes this tab's edits. */
export class Author {
  readonly #owner: ClientId
  readonly #ids: EditIds

  /** `owner`: the tab's first Yjs client id, which names it. */
  constructor(owner: ClientId, now: () => number) {
    this.#owner = owner
    this.#ids = new EditIds(owner, now)
  }

  get owner(): ClientId {
    return this.#owner
  }

  edit(update: Uint8Array, epoch: Epoch, transaction: Y.Transaction): Edit {
    const { clientID: clientId } = transaction.doc
    const touches = touchesOf(transaction)
    return { id: this.#ids.next(), owner: this.#owner, clientId, update, epoch, touches }
  }

  /** One in the place of another, whoever's that was. */
  remake(edit: Edit, update: Uint8Array, clientId: ClientId, epoch: Epoch): Edit {
    const { id: replaces, touches } = edit
    const owner = this.#owner
    return { id: this.#ids.next(), owner, clientId, update, epoch, touches, replaces }
  }
}
