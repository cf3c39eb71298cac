/** Everything that moves or removes what is stored, at once, while people write; two servers. */
import { randomUUID } from 'node:crypto'
import { FIELDS, type UserId } from 'kith-shared'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { beginEpoch } from '../../server/commands/new-epoch.js'
import type { Journal } from '../../server/core/ports.js'
import { openingOf } from '../../server/core/renewal.js'
import { type Database, openDatabase } from '../../server/edge/database.js'
import { createJournal } from '../../server/edge/journal.js'
import { createMetrics } from '../../server/edge/metrics.js'
import { migrate } from '../../server/edge/migrate.js'
import { markGood, pruneHistory, uncheckedSnapshots } from '../../server/edge/retention.js'
import { mendedJournal } from '../../server/mended-journal.js'
import { Mender } from '../../server/mender.js'
import { writeSnapshot } from '../../server/snapshots.js'
import { verifyWorkspace } from '../../server/verification.js'
import { createDatabase, type TestDatabase } from '../harness/database.js'
import { inThisThread, KeptWorkspace, newClientId, silent } from '../harness/kept-workspace.js'
import { waitFor } from '../harness/wait-for.js'

let fresh: TestDatabase
let database: Database
beforeAll(async () => {
  fresh = await createDatabase()
  database = openDatabase({ url: fresh.url, poolSize: 16, log: silent })
  await migrate(database)
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})

const ANA = { id: 'ana' as UserId, name: 'Ana' }

const openServer = () => {
  const metrics = createMetrics({ connections: () => 0, rooms: () => 0 })
  const documents = inThisThread
  const mender = new Mender({ database, documents, log: silent, metrics, newClientId })
  const plain = createJournal(database, silent, (id) => mender.notice(id))
  return { mender, journal: mendedJournal(plain, mender) }
}

/** One field in one row; its key where it was committed. */
const write = async (journal: Journal, { id: workspaceId }: KeptWorkspace) => {
  const loaded = await journal.load(workspaceId)
  if (loaded.outcome !== 'loaded') return undefined
  const doc = new Y.Doc()
  const key = randomUUID()
  doc.getMap(FIELDS).set(key, 1)
  const committed = await journal.commit({
    id: randomUUID(),
    workspaceId,
    epoch: loaded.epoch,
    head: loaded.head,
    rows: [{ author: ANA, update: Y.encodeStateAsUpdate(doc) }],
    bindings: [{ clientId: doc.clientID, userId: ANA.id }],
  })
  return committed.outcome === 'committed' ? key : undefined
}

/** All that is stored becomes older than the history. */
const age = ({ id }: KeptWorkspace) =>
  Promise.all(
    [
      ['journal', 'committed_at'],
      ['epochs', 'began_at'],
    ].map(([table, column]) =>
      database.run({
        text: `update ${table} set ${column} = ${column} - interval '40 days'
          where workspace_id = $1 and ${column} > now() - interval '30 days'`,
        values: [id],
      }),
    ),
  )

it('[K1, K2, K4, E1] compaction, retention, menders and epochs at once lose nothing acknowledged', async () => {
  const workspace = await new KeptWorkspace(database).create()
  const { id } = workspace
  const servers = [openServer(), openServer()] as const
  const acknowledged = new Set<string>()
  const done = { snapshots: 0, pruned: 0, epochs: 0, looks: 0 }
  let hasFailed = false
  const isEnough = () =>
    acknowledged.size >= 150 && done.epochs >= 4 && done.snapshots > 4 && done.pruned > 100
  const isDone = () => hasFailed || isEnough()
  const again = async (work: () => Promise<unknown>) => {
    try {
      while (!isDone()) await work()
    } catch (error) {
      hasFailed = true
      throw error
    }
  }
  const people = servers.map(({ journal }, at) =>
    again(async () => {
      const key = await write(journal, workspace)
      if (key !== undefined) acknowledged.add(key)
      if (acknowledged.size % 2 === at) await age(workspace)
    }),
  )
  const compactors = servers.map(({ journal }) =>
    again(async () => {
      const loaded = await journal.load(id)
      if (loaded.outcome !== 'loaded') return
      const ports = { journal, documents: inThisThread, log: silent }
      if (await writeSnapshot(ports, id, loaded.head)) done.snapshots++
    }),
  )
  const retention = again(async () => {
    for (const { epoch, seq } of await uncheckedSnapshots(database.run, id)) {
      const { snapshot } = await servers[0].mender.checkSnapshot(id, epoch, seq)
      if (snapshot) await markGood(database.run, id, epoch, seq)
    }
    done.pruned += await pruneHistory(database.run, id, 30)
  })
  const menders = servers.map(({ mender }) =>
    again(async () => {
      done.looks++
      expect(await mender.mend(id)).toEqual({ outcome: 'opens', moved: [] })
    }),
  )
  // Not so often that nobody gets to write.
  const renewals = again(async () => {
    const next = 20 * (done.epochs + 1)
    await waitFor(() => isDone() || acknowledged.size >= next, { timeout: 50_000 })
    await beginEpoch(database, id, 'renewal', openingOf)
    done.epochs++
  })
  await Promise.all([...people, ...compactors, retention, ...menders, renewals])

  const { doc, head } = await workspace.read()
  const fields = doc.getMap(FIELDS)
  expect([...acknowledged].filter((key) => !fields.has(key))).toEqual([])
  const { problems } = await verifyWorkspace(database.run, id, head)
  // The rows were aged one after the other.
  expect(problems.filter(({ what }) => what !== 'order')).toEqual([])
  expect(done.looks).toBeGreaterThan(4)
})
