/** Snapshots on a real PostgreSQL: whatever races, what a fresh reader gets is the same. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { openPostgres, type PostgresUnderTest } from '../contract/postgres-under-test.js'
import { KeptWorkspace } from '../harness/kept-workspace.js'
import { seededRandom } from '../harness/seeded.js'

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

const SEED = BigInt(process.env.KITH_SEED ?? Date.now())
const random = seededRandom(SEED)
const below = (end: number): number => Math.floor(random() * end)

/** Contacts, overwrites and letters, by anybody. */
const live = async (workspace: KeptWorkspace, rows: number): Promise<void> => {
  for (let n = 0; n < rows; n++) {
    const who = below(3)
    const roll = below(10)
    if (roll < 3) await workspace.contact(who, `c${workspace.head}`)
    else if (roll < 7) await workspace.field(who, `c${below(20)}/name`, `${n}`)
    else {
      await workspace.edit(who, (doc) => {
        const text = doc.getText(`about/c${below(3)}`)
        if (roll === 9 && text.length > 3) text.delete(below(text.length - 2), 2)
        else text.insert(below(text.length + 1), `${n} `)
      })
    }
  }
}

describe('compaction', () => {
  it(`[K1] leaves the state as it was, byte for byte (KITH_SEED=${SEED})`, async () => {
    const workspace = await new KeptWorkspace(postgres.database).create()
    for (let round = 0; round < 5; round++) {
      await live(workspace, 40)
      const before = await workspace.read()
      expect(await workspace.compact()).toMatchObject({ seq: workspace.head })
      const after = await workspace.read()
      expect(after.state).toEqual(before.state)
      expect(after.head).toBe(before.head)
    }
  })

  it(`[K1] of several at once and while people write loses nothing (KITH_SEED=${SEED})`, async () => {
    const workspace = await new KeptWorkspace(postgres.database).create()
    await live(workspace, 60)
    const writing = live(workspace, 60)
    let isWriting = true
    const compactors = Array.from({ length: 4 }, async () => {
      while (isWriting) await workspace.compact(1 + below(workspace.head))
    })
    await writing
    isWriting = false
    await Promise.all(compactors)
    const read = await workspace.read()
    const rows = await postgres.direct.query<{ update: Buffer }>(
      'select update from journal where workspace_id = $1 order by seq',
      [workspace.id],
    )
    const all = new Y.Doc()
    all.transact(() => {
      for (const { update } of rows.rows) Y.applyUpdate(all, new Uint8Array(update))
    })
    expect(read.state).toEqual(Y.encodeStateAsUpdate(all))
    const snapshots = await postgres.direct.query<{ seq: string; document: Buffer }>(
      'select seq, document from snapshots where workspace_id = $1 order by seq',
      [workspace.id],
    )
    expect(snapshots.rows.length).toBeGreaterThan(1)
    // Each by itself: what the rows through its seq make.
    for (const { seq, document } of snapshots.rows) {
      const doc = new Y.Doc()
      doc.transact(() => {
        for (const { update } of rows.rows.slice(0, Number(seq))) {
          Y.applyUpdate(doc, new Uint8Array(update))
        }
      })
      expect(new Uint8Array(document)).toEqual(Y.encodeStateAsUpdate(doc))
    }
  })

  it('[K1] an epoch that begins meanwhile gets nothing of the one before', async () => {
    const workspace = await new KeptWorkspace(postgres.database).create()
    await live(workspace, 30)
    await workspace.compact(10)
    const late = workspace.journal.readSnapshot(workspace.id)
    await workspace.renew()
    await workspace.contact(0, 'later')
    // The compactor read its snapshot before, and its rows after the epoch began.
    const slow = Object.assign(new KeptWorkspace(postgres.database), { id: workspace.id })
    Object.assign(slow.journal, { readSnapshot: () => late })
    expect(await slow.compact(workspace.head)).toBeUndefined()
    expect(await slow.compact(workspace.head - 1)).toBeUndefined()
    const { doc } = await workspace.read()
    expect(doc.getMap('contacts').has('later')).toBe(true)
  })
})
