import { MemoryServer } from 'kith-server/memory'
import { type ContactId, type ContactInput, createContact, isContactId } from 'kith-shared'
import * as Y from 'yjs'
import { seededRandom } from './seeded-random.js'
import { settle } from './settle.js'
import { TestClock } from './test-clock.js'
import { TestNetwork } from './test-network.js'
import { TestPeer, type TestPerson } from './test-peer.js'

/** For `createTestWorkspace`. */
export interface TestWorkspaceOptions<People extends readonly (string | TestPerson)[]> {
  /** Who takes part, each with a device of their own; Ana and Bo by default. */
  people?: People
  /** What is in the workspace before anybody comes; with the ids `contact-1`, `contact-2` … */
  contacts?: readonly ContactInput[]
  /** What people call the workspace; `Team` by default. */
  name?: string
  /** How much it may hold, in bytes, before it is full; 128 MB by default, as a server's. */
  documentBytes?: number
  /** When it begins, in milliseconds since 1970; the start of 2026 by default. */
  now?: number
  /** Ids and jitter come out of this number: the same number, the same run. */
  seed?: number
}

/** The server that all of them share: the real one's core, in memory. */
export interface TestServer {
  /** Its database is away: nothing is committed, nobody new gets in. */
  goAway(): void
  /** The database is back. */
  comeBack(): void
  /** The process ends and starts again on what was committed. */
  restart(): void
  /** Another name of the workspace. */
  rename(name: string): void
  /** A new life of the document, as after very many edits: everybody's device follows. */
  beginEpoch(): void
  /** Who wrote a note, by the server's word; `undefined` where no commit has said so. */
  authorOf(noteId: string): { id: string; name: string } | undefined
  /** How many rows were committed so far. */
  readonly committed: number
}

/** Some people in one workspace; made by `createTestWorkspace`. */
export interface TestWorkspace<Peers extends readonly TestPeer[] = readonly TestPeer[]> {
  /** In the order of `people`. */
  readonly peers: Peers
  readonly server: TestServer
  /** Of the contacts that were there from the start, in their order. */
  readonly contactIds: readonly ContactId[]
  /** Milliseconds since 1970, by the clock that all share; it stands still by itself. */
  now(): number
  /** Lets so many milliseconds pass: whatever is due meanwhile happens, in its order. */
  passes(milliseconds: number): Promise<void>
  /**
   * Lets time pass until everybody who can be is connected, and nothing that can be is still to be
   * saved or on its way.
   *
   * @throws Error that names who is not, after 60 s by the clock
   */
  settled(): Promise<void>
  /** Ends everything. Safe twice. */
  close(): Promise<void>
}

type PeersOf<People extends readonly unknown[]> = { readonly [At in keyof People]: TestPeer }

const START = Date.UTC(2026, 0, 1)
const WORKSPACE_ID = 'team'

/**
 * A workspace with some people in it, without a network, a database, a browser's storage or a timer: the
 * real client on the real server's core, in memory, with a clock of its own that only the test moves.
 *
 * ```ts
 * const team = createTestWorkspace()
 * const [ana, bo] = team.peers
 * const id = ana.workspace.actions.createContact({ name: 'Eve' })
 * await team.settled()
 * bo.workspace.contacts.contact(id)?.name // 'Eve'
 * ```
 *
 * @throws TypeError for a user id that no token could hold, `InvalidValue` for a contact that the
 *   document does not take
 */
export const createTestWorkspace = <
  const People extends readonly (string | TestPerson)[] = readonly ['Ana', 'Bo'],
>(
  options: TestWorkspaceOptions<People> = {},
): TestWorkspace<PeersOf<People>> => {
  const random = seededRandom(options.seed ?? 1)
  const clock = new TestClock(options.now ?? START)
  const people = (options.people ?? ['Ana', 'Bo']).map(personOf)
  const seed = seedOf(options.contacts ?? [], people[0]?.id ?? 'ana', clock.now())
  const server = new MemoryServer({
    workspaceId: WORKSPACE_ID,
    name: options.name ?? 'Team',
    now: () => clock.now(),
    after: (delay, act) => void clock.after(delay, act),
    soon: (delay, act) => clock.deliver(delay, act),
    newClientId: () => Math.floor(random() * 2 ** 32),
    ...(seed && { seed: seed.seed }),
    ...(options.documentBytes !== undefined && { documentBytes: options.documentBytes }),
  })
  const network = new TestNetwork(clock, server)
  for (const person of people) server.setMember(person)
  server.start()
  const signals = {
    now: () => clock.now(),
    random,
    randomBytes: (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256)),
    setTimer: (act: () => void, delay: number) => clock.after(delay, act),
  }
  const peers = people.map(
    (person) => new TestPeer({ person, workspaceId: WORKSPACE_ID, server, network, signals }),
  )
  return {
    // One for each of `people`, in their order.
    peers: peers as unknown as PeersOf<People>,
    server: serverOf(server),
    contactIds: seed?.ids ?? [],
    now: () => clock.now(),
    passes: (milliseconds) => clock.pass(milliseconds),
    settled: () => settle(clock, peers, server),
    close: async () => {
      await Promise.all(peers.map((peer) => peer.close()))
      server.close()
    },
  }
}

const personOf = (person: string | TestPerson): Required<TestPerson> => {
  const { name, id, email, role } = typeof person === 'string' ? { name: person } : person
  return { name, id: id ?? name.toLowerCase(), email: email ?? null, role: role ?? 'editor' }
}

const serverOf = (server: MemoryServer): TestServer => ({
  goAway: () => server.setStorage('away'),
  comeBack: () => server.setStorage('there'),
  restart: () => server.restart(),
  rename: (name) => server.rename(name),
  beginEpoch: () => server.beginEpoch(),
  authorOf: (noteId) => server.noteAuthors([noteId])[0]?.author,
  get committed() {
    return server.rows.length
  },
})

/** All contacts as one committed row. */
const seedOf = (contacts: readonly ContactInput[], author: string, now: number) => {
  if (contacts.length === 0) return undefined
  const doc = new Y.Doc()
  doc.clientID = 1
  let entries = 0
  const newId = (): string => `entry-${++entries}`
  const ids = contacts.map((_, at) => `contact-${at + 1}`).filter(isContactId)
  doc.transact(() => {
    ids.forEach((id, at) => {
      const contact = contacts[at]
      if (contact) createContact(doc, id, contact, { now, newId })
    })
  })
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return { ids, seed: { author, clientId: 1, update } }
}
