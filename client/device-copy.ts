import type { Edit } from './core/edit.js'
import { mergeState } from './core/merge-state.js'
import type { Head, LoadedStore } from './core/ports.js'
import type { State } from './core/road.js'
import type { Ledger } from './ledger.js'
import type { LiveDocument } from './live-document.js'

interface Parts {
  ledger: Ledger
  live: LiveDocument
  load: (updates: readonly Uint8Array[], head: Head, edits: readonly Edit[]) => void
  takeOther: (edit: Edit) => void
}

/** What the device is to hold of this tab's document, whatever it holds now; and what it held. */
export class DeviceCopy {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * What the device held all along, and could not be read until now. Gives whether the document is
   * where the device stands: else a server was heard already, and brings all but the edits.
   */
  find({ updates, head, edits }: LoadedStore): boolean {
    const { ledger, live, load } = this.#parts
    const isFirstWord = live.epoch === 0
    const news = ledger.others.missed(edits)
    ledger.others.isBlind = false
    if (isFirstWord) load(updates, head, news)
    else for (const edit of news) this.#findOne(edit)
    return isFirstWord
  }

  #findOne(edit: Edit): void {
    const { ledger, takeOther } = this.#parts
    if (edit.refused === undefined) takeOther(edit)
    else ledger.setAside(edit)
    ledger.kept([edit.id])
  }

  /** Whether the document has rows that a device with this head has not. */
  isBehind({ epoch, seq }: Head): boolean {
    const { ledger, live } = this.#parts
    const own = live.epoch
    if (own === 0 || ledger.seq === 0) return false
    return epoch < own || (epoch === own && seq < ledger.seq)
  }

  /** From where on rows are missing to a device with this head. */
  lacksFrom({ epoch, seq }: Head): number {
    return epoch === this.#parts.live.epoch ? seq : 0
  }

  /**
   * All that is here of the journal, merged. `undefined` where that is nothing, or where a row is
   * missing that others build on: one that was damaged on the device, and is on its way again.
   */
  whole(): State | undefined {
    const { epoch } = this.#parts.live
    const { seq, committed } = this.#parts.ledger
    if (epoch === 0 || seq === 0) return undefined
    const update = mergeState(committed)
    return update === undefined ? undefined : { epoch, seq, update }
  }

  /** What no server has, of all tabs that are known here, and what it was made on. */
  unsaved(): { committed: readonly Uint8Array[]; edits: Edit[] } {
    const { ledger } = this.#parts
    const edits = [...ledger.pending, ...ledger.casualties.aside.edits]
    return { committed: ledger.committed, edits: edits.sort((a, b) => (a.id < b.id ? -1 : 1)) }
  }

  /** What counted as kept may be gone. Gives what this tab has to keep once more. */
  lost(): Edit[] {
    const { ledger } = this.#parts
    ledger.unkept()
    return [...ledger.outbox.pending, ...ledger.casualties.aside.edits]
  }
}
