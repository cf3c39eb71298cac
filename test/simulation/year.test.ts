import { aboutText, type ContactId } from 'kith-shared'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { compact } from '../../server/core/documents.js'
import { openingOf } from '../../server/core/renewal.js'
import { seededRandom } from '../harness/seeded.js'
import { EPOCH_BOUNDS } from '../harness/year/office.js'
import { Team } from '../harness/year/team.js'

const SIZE = { people: 10, loads: 5, edits: 60, contacts: 500 }
const DAYS = 15
/** A tenth of a year's, for a tenth of its edits. */
const BOUNDS = { ...EPOCH_BOUNDS, clients: 200, dead: 500 }

/** `npm run year` is the whole of it, with what each edit and load costs. */
test('[P6] three weeks of a team leave the document as small as a fresh one, and lose nothing', async () => {
  const sizes: number[] = []
  const team = new Team(
    SIZE,
    seededRandom(1n),
    BOUNDS,
    (when, { snapshot, tail, clients, live, dead }) => {
      if (when === 'done') return
      const rows = tail.map((update) => ({ update, author: { id: 'ana' as never, name: '' } }))
      const whole = compact(snapshot?.document, rows)?.document
      const fresh = whole && openingOf(whole, 1)?.document
      if (!whole || !fresh) throw new Error('the moment can be read')
      sizes.push(whole.length / fresh.length)
      // They begin at night, so a day's pages come on top.
      expect(clients).toBeLessThanOrEqual(BOUNDS.clients + SIZE.people * SIZE.loads)
      expect(dead).toBeLessThanOrEqual(2 * Math.max(live, BOUNDS.dead))
    },
  )
  await team.start()
  for (let day = 0; day < DAYS; day++) await team.day()
  expect(team.office.refused).toEqual([])
  expect(team.office.epochs).toBeGreaterThan(1)
  expect(Math.max(...sizes)).toBeLessThan(1.5)

  const { snapshot, tail } = await team.office.moment()
  const doc = new Y.Doc()
  for (const update of [snapshot?.document, ...tail]) if (update) Y.applyUpdate(doc, update)
  for (const [name, value] of team.hands.values) {
    const [root = '', key] = name.split(' ')
    if (key === undefined) {
      expect(aboutText(doc, root.slice('about/'.length) as ContactId).toString()).toBe(value)
    } else expect(doc.getMap(root).get(key)).toEqual(value)
  }
})
