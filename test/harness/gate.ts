/** The gate alone, over a journal in memory: one update after another, each committed at once. */
import { type ClientId, UpdateScanner, type UserId, type WorkspaceId } from 'kith-shared'
import * as Y from 'yjs'
import { admit, type Sender, type UpdateMessage } from '../../server/core/admission/admit.js'
import { compact } from '../../server/core/documents.js'
import { IndexDraft } from '../../server/core/index-draft.js'
import { RoomIndex } from '../../server/core/room-index.js'
import { carry, roomStateOf } from '../../server/core/room-state.js'

export interface GateRow {
  update: Uint8Array
  author: { id: UserId; name: string }
}

const scanner = new UpdateScanner()

export class Gate {
  readonly index = new RoomIndex()
  readonly rows: GateRow[] = []
  /** What a replica shows that has every row, in order. */
  readonly doc = new Y.Doc()

  /** `accepted` wrote a row, anything else wrote none; a refusal is given by its word. */
  send(sender: Sender, message: UpdateMessage, bytes: Uint8Array): string {
    const scan = scanner.scan(bytes)
    if (!scan.ok) return scan.refusal
    const draft = new IndexDraft(this.index)
    const verdict = admit(draft, sender, message, bytes, scan.update)
    if (verdict.verdict === 'refused') return verdict.refusal
    if (verdict.verdict !== 'accepted') return verdict.verdict
    draft.fold()
    const update = verdict.update.slice()
    this.rows.push({ update, author: { id: sender.userId, name: '' } })
    Y.applyUpdate(this.doc, update)
    this.#expectNothingPending()
    return 'accepted'
  }

  bind(client: ClientId, user: UserId): void {
    this.index.owners.set(client, user)
  }

  #expectNothingPending(): void {
    expectWhole(this.doc, `row ${this.rows.length}`)
    expectSame(clocksIn(this.doc), clocksOf(this.index), `clocks after row ${this.rows.length}`)
  }

  /** Every way in which the rows are read again gives the same document, and the index is its. */
  expectHeldAgainstYjs(contents: (doc: Y.Doc) => string = contentsOf): void {
    const updates = this.rows.map(({ update }) => update)
    const content = contents(this.doc)
    expectSame(contents(load(updates)), content, 'content of the rows, loaded anew')
    if (updates.length > 0) {
      const merged = load([Y.mergeUpdates(updates)])
      expectSame(contents(merged), content, 'content of the merged rows')
      expectSame(clocksIn(merged), clocksOf(this.index), 'clocks of the merged rows')
    }
    this.#expectSnapshot(contents)
    this.#expectReplay()
    expectDeletes(this.doc, this.index)
  }

  #expectSnapshot(contents: (doc: Y.Doc) => string): void {
    const snapshot = compact(undefined, this.rows)
    if (!snapshot) throw new Error('no snapshot could be made of the rows')
    const doc = load([snapshot.document])
    expectSame(contents(doc), contents(this.doc), 'content of the snapshot')
    const index = indexOf(snapshot.index)
    expectSame(clocksOf(index), clocksOf(this.index), 'clocks of the snapshot')
    expectSame(rangesOf(index), deletedIn(this.doc), 'deletes of the snapshot')
  }

  #expectReplay(): void {
    const index = new RoomIndex()
    for (const row of this.rows) {
      if (!carry(index, row, scanner)) throw new Error('a row does not load again')
    }
    expectSame(clocksOf(index), clocksOf(this.index), 'clocks of the rows, carried anew')
  }
}

/** As a room begins with it that loads a snapshot, and no row after it. */
const indexOf = (index: Uint8Array): RoomIndex => {
  const snapshot = { seq: 1, documentBytes: 0, index }
  const workspace = { name: '', schema: 1, epoch: 1, head: 1, oldest: 2, tail: [], bindings: [] }
  const loaded = { outcome: 'loaded', ...workspace, snapshot } as const
  const state = roomStateOf('w' as WorkspaceId, loaded, scanner)
  if (!state) throw new Error('the index of the snapshot does not load')
  return state.index
}

/** A document of these updates, in order. Throws where one leaves something pending. */
export const load = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const [at, update] of updates.entries()) {
    Y.applyUpdate(doc, update)
    expectWhole(doc, `update ${at + 1} of ${updates.length}`)
  }
  return doc
}

export const expectWhole = ({ store }: Y.Doc, what: string): void => {
  if (store.pendingStructs || store.pendingDs) throw new Error(`${what} leaves something pending`)
}

const expectSame = (actual: string, expected: string, what: string): void => {
  if (actual !== expected) throw new Error(`${what}: ${actual}, and not ${expected}`)
}

const clocksIn = (doc: Y.Doc): string => {
  const clocks = [...Y.decodeStateVector(Y.encodeStateVector(doc))]
  return JSON.stringify(clocks.sort(byClient))
}

const clocksOf = ({ clients }: RoomIndex): string => {
  const clocks = Array.from(clients, ([client, { clock }]): [number, number] => [client, clock])
  return JSON.stringify(clocks.filter(([, clock]) => clock > 0).sort(byClient))
}

const byClient = ([one]: [number, unknown], [other]: [number, unknown]): number => one - other

/** Everything that a document shows, as text. */
export const contentsOf = (doc: Y.Doc): string =>
  contentsBy(doc, (root) => doc.getText(root).toString())

/**
 * The same, but of texts only which letters they hold. Neighbours that never stood side by side
 * are nothing that the gate can see, and replicas may place a letter between such as they load.
 */
export const unorderedContentsOf = (doc: Y.Doc): string =>
  contentsBy(doc, (root) => lettersOf(doc, root).sort().join(' '))

const contentsBy = (doc: Y.Doc, read: (root: string) => string): string => {
  const texts = [...doc.share.keys()].filter((root) => root.startsWith('about/')).sort()
  return JSON.stringify([
    ...['contacts', 'fields', 'notes'].map((root) => sorted(doc.getMap(root).toJSON())),
    texts.map((root) => [root, read(root)]).filter(([, text]) => text !== ''),
  ])
}

/** Each letter that shows, with its id. */
const lettersOf = (doc: Y.Doc, root: string): string[] => {
  const letters: string[] = []
  for (let item = doc.getText(root)._start; item; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue
    const { client, clock } = item.id
    for (const [at, unit] of item.content.str.split('').entries()) {
      letters.push(`${client}:${clock + at}:${unit}`)
    }
  }
  return letters
}

/** Two neighbours in a text as it stands, deleted ones among them: the n-th gap between letters. */
export const neighboursIn = (doc: Y.Doc, root: string, n: number): Neighbours => {
  const ids: [number, number][] = []
  for (let item = doc.getText(root)._start; item; item = item.right) {
    for (let at = 0; at < item.length; at++) ids.push([item.id.client, item.id.clock + at])
  }
  const gap = n % (ids.length + 1)
  return { origin: gap === 0 ? undefined : ids[gap - 1], right: ids[gap] }
}

export interface Neighbours {
  origin: [client: number, clock: number] | undefined
  right: [client: number, clock: number] | undefined
}

const sorted = (values: Record<string, unknown>): [string, unknown][] =>
  Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1))

type Ranges = [start: number, end: number][]

const listOf = (ranges: { each(visit: (start: number, end: number) => void): void }): Ranges => {
  const list: Ranges = []
  ranges.each((start, end) => list.push([start, end]))
  return list
}

const deletedOf = (doc: Y.Doc): Map<number, Ranges> => {
  const { clients } = Y.createDeleteSetFromStructStore(doc.store)
  const all = Array.from(clients, ([client, ranges]): [number, Ranges] => {
    const merged: Ranges = []
    for (const { clock, len } of ranges) {
      const last = merged.at(-1)
      if (last?.[1] === clock) last[1] = clock + len
      else merged.push([clock, clock + len])
    }
    return [client, merged]
  })
  return new Map(all.sort(byClient))
}

const deletedIn = (doc: Y.Doc): string => JSON.stringify([...deletedOf(doc)])

const rangesOf = ({ clients }: RoomIndex): string => {
  const all = Array.from(clients, ([client, { deleted }]): [number, Ranges] => [
    client,
    deleted ? listOf(deleted) : [],
  ])
  return JSON.stringify(all.filter(([, ranges]) => ranges.length > 0).sort(byClient))
}

/**
 * What is deleted in texts is known exactly. In maps the index knows a part: where one key is
 * overwritten at once by two, documents delete the loser by themselves (ARCHITECTURE.md).
 */
const expectDeletes = (doc: Y.Doc, { clients }: RoomIndex): void => {
  const inDoc = deletedOf(doc)
  for (const [client, index] of clients) {
    const all = index.deleted ? listOf(index.deleted) : []
    index.runsIn(0, index.clock, (root, start, end) => {
      const known = within(all, start, end)
      const held = within(inDoc.get(client) ?? [], start, end)
      const what = `deletes of client ${client} in ${root}`
      if (root.startsWith('about/')) expectSame(JSON.stringify(known), JSON.stringify(held), what)
      else if (!known.every((range) => isCovered(range, held))) {
        throw new Error(`${what}: ${JSON.stringify(known)}, of which the document lacks some`)
      }
    })
  }
}

const within = (ranges: Ranges, from: number, to: number): Ranges =>
  ranges
    .map(([start, end]): [number, number] => [Math.max(start, from), Math.min(end, to)])
    .filter(([start, end]) => start < end)

const isCovered = ([start, end]: Ranges[number], by: Ranges): boolean =>
  by.some(([from, to]) => from <= start && to >= end)
