import type { UndoAction } from 'kith-client'
import { type ContactId, InvalidValue } from 'kith-shared'
import { type DuplicateHandling, type ImportCounts, type Match, NO_COUNTS } from './import-plan.js'
import type { ImportTarget } from './known-contact.js'
import type { FileContact, Remark } from './parsed-contacts.js'
import { creating, filling, type Writing } from './write-contact.js'

/** Contacts written before the page gets a turn. */
const AT_ONCE = 100
/** UTF-16 units of a transaction, each of which becomes one update. */
const MAX_WEIGHT = 60_000

/** Gathers what is to be written, and writes it in transactions of a bearable size. */
export class ImportWriter {
  readonly #workspace: ImportTarget
  readonly #handling: DuplicateHandling
  readonly #inStep: <Result>(act: () => Result) => Result
  /** Who a contact of the file has become, by its place there. */
  readonly #ids: (ContactId | undefined)[] = []
  #waiting: Writing[] = []
  #contacts = 0
  #weight = 0
  counts: ImportCounts = { ...NO_COUNTS }
  /** As far as it is written: what waits is not counted in the end. */
  #coming: ImportCounts = { ...NO_COUNTS }
  step: UndoAction | undefined
  readonly refused: Remark[] = []

  constructor(workspace: ImportTarget, handling: DuplicateHandling) {
    this.#workspace = workspace
    this.#handling = handling
    this.#inStep = workspace.undo.openStep()
  }

  isFull(): boolean {
    return this.#contacts >= AT_ONCE || this.#weight > MAX_WEIGHT
  }

  take(file: FileContact, match: Match): void {
    this.#contacts++
    if (match.type === 'new' || this.#handling === 'import') this.#create(file)
    else if (match.type === 'twice') {
      this.#fill(this.#ids[match.earlier], file, true)
    } else if (match.type === 'known') this.#fill(match.contactId, file, false)
    else this.#restore(match.contactId, file)
  }

  #create(file: FileContact): void {
    const { id, writings } = creating(this.#workspace, file, this.#handling !== 'import')
    this.#ids.push(id)
    this.#add(writings, file)
    this.#coming.created++
  }

  #fill(id: ContactId | undefined, file: FileContact, isTwice: boolean): void {
    this.#ids.push(id)
    // What it has now is to be seen: an earlier line of the file may be what it is made of.
    if (id !== undefined && this.#workspace.contacts.contact(id) === undefined) this.flush()
    const writings =
      this.#handling === 'fill' && id !== undefined ? filling(this.#workspace, id, file) : []
    this.#add(writings, file)
    if (isTwice && this.#handling === 'fill') this.#coming.joined++
    else if (writings.length > 0) this.#coming.updated++
    else this.#coming.unchanged++
  }

  #restore(id: ContactId, file: FileContact): void {
    this.#ids.push(id)
    const restore = (): void => this.#workspace.actions.restoreContact(id)
    this.#add([{ weight: 50, act: restore }], file)
    if (this.#handling === 'fill') this.#add(filling(this.#workspace, id, file), file)
    this.#coming.restored++
  }

  #add(writings: readonly Writing[], { line }: FileContact): void {
    for (const writing of writings) {
      this.#waiting.push({ ...writing, act: () => this.#try(writing.act, line) })
      this.#weight += writing.weight
    }
  }

  /** A long text goes into several transactions; else one is enough. */
  flush(): void {
    let batch: Writing[] = []
    let weight = 0
    for (const writing of this.#waiting) {
      if (weight > 0 && weight + writing.weight > MAX_WEIGHT) {
        this.#write(batch)
        batch = []
        weight = 0
      }
      batch.push(writing)
      weight += writing.weight
    }
    this.#write(batch)
    this.counts = { ...this.#coming }
    this.#waiting = []
    this.#contacts = 0
    this.#weight = 0
  }

  /** What the document does not take costs itself, and is told. */
  #try(act: () => void, line: number): void {
    try {
      act()
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      this.refused.push({ line, reason: `was not taken in full: ${error.message}` })
    }
  }

  #write(batch: readonly Writing[]): void {
    if (batch.length === 0) return
    const { doc, undo } = this.#workspace
    const before = this.step ?? undo.state().undo
    this.#inStep(() =>
      doc.transact(() => {
        for (const { act } of batch) act()
      }),
    )
    if (this.step !== undefined) return
    // If anything was written, the newest step is this one now.
    const newest = undo.state().undo
    if (newest?.id !== before?.id) this.step = newest
  }
}
