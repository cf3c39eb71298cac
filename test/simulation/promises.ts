/**
 * The promises of SPEC.md as invariants: one function each, which throws where the scene breaks it.
 * `checkPromises` runs after every step of a history, and holds what each side says against what is
 * committed (`committed.ts`) and against what the people know they wrote (`book.ts`).
 */
import { isDeepStrictEqual } from 'node:util'
import * as Y from 'yjs'
import { contentOf } from '../harness/team.js'
import type { Book, Entry } from './book.js'
import { type Committed, clocksOf } from './committed.js'
import { statusIsHonest } from './honesty.js'
import { MAX_BUFFERED_BYTES } from './node-sockets.js'
import { broken, isSuperseded, type Scene } from './scene.js'
import type { StockPage } from './stock.js'
import type { Tab } from './tab.js'
import { type Token, tokensIn } from './token.js'
import type { Message } from './witness.js'

export const checkPromises = (scene: Scene): void => {
  attributed(scene)
  savedMeansCommitted(scene)
  nobodySeesWhatIsNotSaved(scene)
  keptSurvives(scene)
  statusIsHonest(scene)
  queuesAreBounded(scene)
  const { witness } = scene
  witness.acknowledged = []
  witness.heard = []
  witness.shown = []
}

/**
 * P1. Whatever a server acknowledges is committed by then, through the `seq` that it names; and no tab
 * says that all is saved while something of its own, or of what it shows, is not committed.
 */
export const savedMeansCommitted = (scene: Scene): void => {
  const { witness, committed, devices, storage, book } = scene
  for (const document of storage.takeNewStates()) {
    const doc = new Y.Doc()
    Y.transact(doc, () => {
      for (const update of document) Y.applyUpdate(doc, update)
    })
    const lacking = [...clocksOf(committed.doc)].find(
      ([id, clock]) => Y.getState(doc.store, id) < clock,
    )
    if (lacking) broken('P1', `a snapshot and the rows behind it lack some of client ${lacking[0]}`)
    if (!isDeepStrictEqual(contentOf(doc), contentOf(committed.doc))) {
      broken('P1', 'a snapshot and the rows behind it hold something else than was committed')
    }
  }
  for (const { wire, messages, seq } of witness.acknowledged) {
    const missing = messages.find((message) => !isCommitted(committed, message, seq))
    if (missing) broken('P1', `${wire.party.device} was told that ${missing.tokens} is saved`)
  }
  for (const { name, tabs } of devices) {
    for (const tab of tabs) {
      const { pending, refused, connection } = tab.workspace.status()
      if (pending > 0 || refused > 0 || connection.state === 'loading') continue
      for (const entry of tab.unsettled) {
        const isMissing = committed.seqOf(entry.token) === undefined
        if (isMissing && !isSuperseded(book, committed, entry)) {
          broken('P1', `${name} says that all is saved, and no commit holds token ${entry.token}`)
        }
      }
      const shown = look(tab, committed).flatMap(([id]) => tokensOf(tab.workspace.doc, id))
      // Of an epoch that is over a tab may show what another has moved, under its old ids.
      const isAnywhere = ({ token }: Entry) => committed.seqOf(token) !== undefined
      const entries = shown.flatMap((token) => book.entryOf(token) ?? [])
      const isSaved = entries.every(
        (entry) => isAnywhere(entry) || isSuperseded(book, committed, entry),
      )
      if (committed.lives === 1 ? tab.uncommitted.length > 0 : !isSaved) {
        broken('P1', `${name} says that all is saved, and shows what no commit holds`)
      }
    }
  }
}

const tokensOf = ({ store }: Y.Doc, client: number): Token[] =>
  (store.clients.get(client) ?? []).flatMap((struct) =>
    struct instanceof Y.Item ? tokensIn(JSON.stringify(struct.content.getContent())) : [],
  )

const isCommitted = (committed: Committed, { tokens, clocks }: Message, seq: number): boolean =>
  tokens.every((token) => (committed.seqOf(token) ?? Number.POSITIVE_INFINITY) <= seq) &&
  [...clocks].every(([client, clock]) => committed.holds(client, clock))

/**
 * P2. A replica holds what is committed and what its own device wrote, nothing else; and no server
 * sends a token that is not committed.
 */
export const nobodySeesWhatIsNotSaved = ({ book, committed, witness, ...scene }: Scene): void => {
  for (const { party, tokens } of witness.shown) {
    const early = tokens.find((token) => committed.seqOf(token) === undefined)
    if (early !== undefined) broken('P2', `${party.device} was sent token ${early} too early`)
  }
  for (const { name, tabs } of scene.devices) {
    for (const tab of tabs) isOwn(book, name, look(tab, committed))
  }
  for (const page of scene.stock) isOwn(book, page.name, look(page, committed))
}

const isOwn = (book: Book, device: string, uncommitted: readonly [number, number][]): void => {
  for (const [client] of uncommitted) {
    const writer = book.writerOf(client)
    if (writer?.device !== device) {
      broken('P2', `${device} sees what ${writer?.device} wrote, and no commit holds it`)
    }
  }
}

/** What of the document no commit holds: looked at anew only where it may have become more. */
const look = (
  page: Pick<Tab, 'isDirty' | 'uncommitted'> & { doc?: unknown },
  committed: Committed,
) => {
  const isStill = ([client, clock]: [number, number]) => !committed.holds(client, clock)
  page.uncommitted = page.isDirty
    ? committed.uncommittedIn(docOf(page))
    : page.uncommitted.filter(isStill)
  page.isDirty = false
  return page.uncommitted
}

const docOf = (page: object) => {
  // A tab's document is its workspace's.
  const { doc, workspace } = page as { doc?: StockPage['doc']; workspace?: Tab['workspace'] }
  const own = doc ?? workspace?.doc
  if (!own) throw new Error('a page has a document')
  return own
}

/**
 * P3. What the device's storage has held once is there, or committed, whatever died since; and a tab
 * opens without the network.
 */
export const keptSurvives = ({ book, committed, devices, clock }: Scene): void => {
  for (const { name, disk, tabs } of devices) {
    for (const { workspace, openedAt } of tabs) {
      const isLoading = workspace.status().connection.state === 'loading'
      if (isLoading && clock.now() - openedAt > 1_000)
        broken('P3', `a tab of ${name} does not open`)
    }
    if (!disk.isChanged) continue
    disk.isChanged = false
    const { outbox } = disk
    for (const token of outbox) {
      const entry = book.entryOf(token)
      if (entry) entry.isKept = true
    }
    for (const entry of book.open) {
      const isLost = entry.device === name && entry.isKept && !outbox.has(entry.token)
      if (
        isLost &&
        committed.seqOf(entry.token) === undefined &&
        !isSuperseded(book, committed, entry)
      ) {
        broken('P3', `${name} had kept token ${entry.token}, and nobody holds it`)
      }
    }
  }
}

/**
 * P4. Each row is by who wrote it: its client ids and its tokens are its author's; and who may not
 * write has not written for long.
 */
export const attributed = ({ news, committed, book, directory, storage, clock }: Scene): void => {
  for (const next of news.splice(0)) {
    if (next.news === 'epoch') {
      committed.renew(next.epoch, next.document)
      continue
    }
    const { seq, author, tokens, clocks } = committed.take(next.row)
    for (const client of clocks.keys()) {
      const writer = book.writerOf(client)
      if (writer && writer.user !== author.id) {
        broken('P4', `row ${seq} is by ${author.id}, and client ${client} is ${writer.user}`)
      }
    }
    for (const token of tokens) {
      const entry = book.entryOf(token)
      if (!entry || entry.user !== author.id) broken('P4', `row ${seq} holds ${token} by another`)
      if (entry) book.open.delete(entry)
    }
    const since = directory.mayNotWriteSince(author.id)
    if (
      since !== undefined &&
      clock.now() - since > CHANGE_KNOWN_IN + storage.badTimeSince(since)
    ) {
      broken('P4', `${author.id} may not write since ${clock.now() - since} ms`)
    }
  }
  const { store } = committed.doc
  if (store.pendingStructs || store.pendingDs)
    broken('P4', 'the journal holds what does not follow')
  const [doubled] = committed.doubled
  if (doubled !== undefined) broken('P1', `token ${doubled} is in the journal twice`)
}

/** All nodes know of a removal by then, and what was in flight is committed; in good times. */
const CHANGE_KNOWN_IN = 5_000

/**
 * P7. Who reads slowly is sent nothing more than what settles its own work; a client has a window of
 * messages under way; and a server reads no more of a session than it has room for.
 */
export const queuesAreBounded = ({ witness }: Scene): void => {
  const [overfed] = witness.overfed
  if (overfed) {
    const bytes = `${overfed.buffered} of ${MAX_BUFFERED_BYTES}`
    broken('P7', `${overfed.party.device} is fed with ${bytes} bytes unread`)
  }
  for (const { party, sent, heard, read, acked } of witness.wires.values()) {
    if (party.tab > 0 && sent.length - heard > MAX_UNDER_WAY) {
      broken('P7', `${party.device} has ${sent.length - heard} messages under way`)
    }
    if (read.length === acked) continue
    const unsettled = read.slice(acked).reduce((sum, { bytes }) => sum + bytes, 0)
    if (party.tab >= 0 && unsettled > MAX_UNSETTLED) {
      broken('P7', `${unsettled} bytes of ${party.device} wait for their commit`)
    }
  }
}

/** The client's window, and the parts of one more update and of an answer. */
const MAX_UNDER_WAY = 36
/** What a session may have unsettled, and one more message. */
const MAX_UNSETTLED = 2 * 1024 * 1024
