/**
 * Knows where two people changed one field at the same time, so that whoever does not see their
 * value any more is told, on both sides, and neither value is out of reach.
 *
 * 1. At the same time: the later write was made without having seen the earlier one, which the
 *    origins of Yjs items say exactly, however long somebody was offline.
 * 2. Or it had arrived, but was hardly seen: it overwrote what I had written less than `SOON` ago,
 *    or came while I was typing and what I typed overwrote it (`overwrote`).
 * 3. My own other tabs and devices are no second person.
 */
import { FIELDS, sameJson } from 'kith-shared'
import * as Y from 'yjs'
import type { Conflict, Conflicts, FieldPlace } from './api.js'
import { Incoming } from './incoming.js'
import { Listeners } from './listeners.js'
import { TYPING } from './undo/origins.js'

/** In milliseconds. */
const SOON = 10_000
/** Fields of which is known what I wrote there last, and what others did. */
const REMEMBERED = 1_000
/** Overwrites of one key that are looked through. */
const DEPTH = 100

type Person = Conflict['by']

interface Write {
  item: Y.Item
  value: unknown
  at: number
}

export class ConflictBook implements Conflicts {
  readonly #userId: string
  readonly #now: () => number
  readonly #mine = new Map<string, Write>()
  readonly #theirs = new Map<string, { value: unknown; by: Person }>()
  readonly #told = new Map<string, Conflict>()
  readonly #changed = new Listeners()
  #doc: Y.Doc

  constructor(doc: Y.Doc, userId: string, now: () => number) {
    this.#doc = doc
    this.#userId = userId
    this.#now = now
  }

  start(): void {
    // Yjs makes another object of a root that was first heard of and is asked for by its kind later.
    this.#doc.getMap(FIELDS)
    this.#doc.on('afterTransaction', this.#follow)
  }

  close(): void {
    this.#doc.off('afterTransaction', this.#follow)
  }

  of(place: FieldPlace): Conflict | undefined {
    return this.#told.get(keyOf(place))
  }

  onChange(listener: () => void): () => void {
    return this.#changed.add(listener)
  }

  dismiss(place: FieldPlace): void {
    if (this.#told.delete(keyOf(place))) this.#changed.tell()
  }

  overwrote(place: FieldPlace): void {
    const key = keyOf(place)
    const theirs = this.#theirs.get(key)
    if (theirs !== undefined) this.#tell(key, { ...theirs, isMine: false })
  }

  /** What was written anew there is as mine as it was; what reads otherwise is told by others. */
  replace(next: Y.Doc): void {
    this.close()
    this.#doc = next
    this.start()
    for (const [key, write] of this.#mine) {
      const item = newestOf(next, key)
      if (item !== undefined && sameJson(contentOf(item), write.value)) write.item = item
      else this.#mine.delete(key)
    }
  }

  readonly #follow = (transaction: Y.Transaction): void => {
    const { origin } = transaction
    const fields = transaction.doc.getMap(FIELDS)
    // Yjs types the keys of `changed` by their events, which differ for each kind of type.
    const keys = (transaction.changed as Map<unknown, Set<string | null>>).get(fields)
    if (keys === undefined) return
    const from = origin instanceof Incoming ? origin.from : undefined
    const author = from?.type === 'row' ? from.row.author : undefined
    const isMine = from === undefined || from.type === 'edit' || author?.id === this.#userId
    for (const key of keys) {
      if (key === null) continue
      if (isMine) this.#wrote(key, origin)
      else this.#heard(key, transaction, author)
    }
  }

  #wrote(key: string, origin: unknown): void {
    const item = newestOf(this.#doc, key)
    if (item === undefined) return
    remember(this.#mine, key, { item, value: contentOf(item), at: this.#now() })
    const told = this.#told.get(key)
    // Whoever goes on typing has not answered yet.
    const isAnswered = told !== undefined && (origin !== TYPING || told.isMine)
    if (isAnswered && this.#told.delete(key)) this.#changed.tell()
  }

  #heard(key: string, transaction: Y.Transaction, by: Person): void {
    const newest = newestOf(this.#doc, key)
    if (newest === undefined) return
    if (by !== undefined) remember(this.#theirs, key, { value: contentOf(newest), by })
    const mine = this.#mine.get(key)
    if (mine === undefined) return
    if (isSame(newest, mine.item)) {
      const lost = lostTo(newest, transaction)
      if (lost !== undefined) this.#tell(key, { value: contentOf(lost), by, isMine: false })
      return
    }
    const wasSeen = isBuiltOn(newest, mine.item)
    if (!wasSeen || this.#now() - mine.at < SOON) this.#tell(key, { ...mine, by, isMine: true })
    this.#mine.delete(key)
  }

  #tell(key: string, { value, by, isMine }: Conflict): void {
    const newest = newestOf(this.#doc, key)
    if (newest === undefined || sameJson(contentOf(newest), value)) return
    remember(this.#told, key, { value, by, isMine })
    this.#changed.tell()
  }
}

/** The key of `fields` that holds it: an entry of a list is one value. */
const keyOf = ({ contactId, field }: FieldPlace): string =>
  `${contactId}/${field.split('/').slice(0, 2).join('/')}`

const newestOf = (doc: Y.Doc, key: string): Y.Item | undefined => doc.getMap(FIELDS)._map.get(key)

const contentOf = (item: Y.Item): unknown => item.content.getContent().at(-1)

const isSame = (a: Y.Item, b: Y.Item): boolean =>
  a.id.client === b.id.client && a.id.clock === b.id.clock

/** What this transaction brought and what lost at once against `newest`. */
const lostTo = (newest: Y.Item, { beforeState }: Y.Transaction): Y.Item | undefined => {
  let item = newest.left
  for (let depth = 0; item !== null && depth < DEPTH; depth++) {
    if (item.id.clock >= (beforeState.get(item.id.client) ?? 0)) return item
    item = item.left
  }
  return undefined
}

/** Whether whoever wrote `later` had seen `earlier`. */
const isBuiltOn = (later: Y.Item, earlier: Y.Item): boolean => {
  const doc = later.parent instanceof Y.AbstractType ? later.parent.doc : null
  let { origin } = later
  for (let depth = 0; doc !== null && origin !== null && depth < DEPTH; depth++) {
    if (Y.compareIDs(origin, earlier.id)) return true
    origin = Y.getItem(doc.store, origin).origin
  }
  return false
}

/** The oldest ones go. */
const remember = <Value>(map: Map<string, Value>, key: string, value: Value): void => {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= REMEMBERED) return
    map.delete(oldest)
  }
}
