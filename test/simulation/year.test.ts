import { aboutText, type ContactId } from 'kith-shared'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { compact } from '../../server/core/documents.js'
import { openingOf } from '../../server/core/renewal.js'
import { seededRandom } from '../harness/seeded.js'
import { type Desk, KeptDesk, serverDesk } from '../harness/year/desk.js'
import { EPOCH_BOUNDS } from '../harness/year/office.js'
import { Team } from '../harness/year/team.js'

const SIZE = { people: 10, loads: 5, edits: 60, contacts: 500 }
const DAYS = 15
const { aged } = EPOCH_BOUNDS

/** `npm run year` is the whole of it, with what each edit and load costs. */
test('[P6] [E6] three weeks of a team leave the document as small as a fresh one, and lose nothing', async () => {
  const sizes: number[] = []
  const team = new Team(SIZE, seededRandom(1n), EPOCH_BOUNDS, ({ snapshot, rows }) => {
    const whole = compact(snapshot?.document, rows)
    const fresh = whole && openingOf(whole.document, 1)?.document
    if (!whole || !fresh) throw new Error('the moment can be read')
    sizes.push(whole.document.length / fresh.length)
    const { clients, live, dead } = whole.size
    // Each time that all load the page, so many ids come; and between two loads nobody is there.
    expect(clients).toBeLessThanOrEqual((aged?.clients ?? 0) + SIZE.people)
    expect(dead).toBeLessThanOrEqual(0.5 * live)
  })
  await team.start()
  for (let day = 0; day < DAYS; day++) await team.day()
  expect(team.office.refused).toEqual([])
  expect(team.office.epochs).toBe(DAYS)
  expect(Math.max(...sizes)).toBeLessThan(1.5)

  const { snapshot, rows } = await team.office.moment()
  const doc = new Y.Doc()
  if (snapshot) Y.applyUpdate(doc, snapshot.document)
  for (const { update } of rows) Y.applyUpdate(doc, update)
  for (const [name, value] of team.hands.values) {
    const [root = '', key] = name.split(' ')
    if (key === undefined) {
      expect(aboutText(doc, root.slice('about/'.length) as ContactId).toString()).toBe(value)
    } else expect(doc.getMap(root).get(key)).toEqual(value)
  }
})

test('[K1] whoever keeps the document writes the bytes of whoever loads it for each snapshot', async () => {
  const [server, kept] = await Promise.all([statesOf(serverDesk), statesOf(new KeptDesk())])
  expect(server).not.toContain(undefined)
  expect(kept).toEqual(server)
})

/** Of two days: the snapshot before each epoch's end, and what it ends with. */
const statesOf = async (desk: Desk) => {
  const states: unknown[] = []
  const team = new Team(
    { ...SIZE, edits: 360, contacts: 50 },
    seededRandom(2n),
    EPOCH_BOUNDS,
    ({ snapshot, rows }) => states.push(snapshot?.document, compact(snapshot?.document, rows)),
    desk,
  )
  await team.start()
  for (let day = 0; day < 2; day++) await team.day()
  return states
}
