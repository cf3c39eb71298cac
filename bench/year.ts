/**
 * A team of ten for a year on one workspace (`npm run year`): what an edit and a load cost, in the room
 * and in the browser, in the middle of a day's work and right before a renewal, as ratios to a fresh
 * document of the same values that is measured in the same breath. Options: `--days 60`,
 * `--without-epochs`, `--every 30` (days between looks), `--rounds 5`, and the bounds to try.
 */
import { parseArgs } from 'node:util'
import { seededRandom } from '../test/harness/seeded.js'
import { KeptDesk } from '../test/harness/year/desk.js'
import { EPOCH_BOUNDS, type Moment, NEVER } from '../test/harness/year/office.js'
import { Team } from '../test/harness/year/team.js'
import { type Figures, report } from './report.js'
import { type Costs, measure } from './year-measure.js'

const TEAM = { people: 10, loads: 5, edits: 300, contacts: 5_000 }
const { clients, aged, dead } = EPOCH_BOUNDS

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '365' },
    every: { type: 'string', default: '30' },
    rounds: { type: 'string', default: '5' },
    clients: { type: 'string', default: `${clients}` },
    aged: { type: 'string', default: `${aged?.clients ?? clients}` },
    dead: { type: 'string', default: `${dead}` },
    'without-epochs': { type: 'boolean', default: false },
  },
})
const bounds = values['without-epochs']
  ? NEVER
  : {
      ...EPOCH_BOUNDS,
      clients: Number(values.clients),
      aged: { after: aged?.after ?? 0, clients: Number(values.aged) },
      dead: Number(values.dead),
    }

/** Cost, its unit, and how many of a cost's own units that is. */
const COLUMNS: [name: keyof Costs, unit: string, size: number][] = [
  ['snapshot', 'MB', 2 ** 20],
  ['room edit', 'µs', 1],
  ['room load', 'ms', 1],
  ['room memory', 'KB', 1024],
  ['local edit', 'µs', 1],
  ['remote edit', 'µs', 1],
  ['page load', 'ms', 1],
]

const rows: Figures[] = []
const start = performance.now()
let day = 0
/** Whether a renewal is to be looked at: one for each of the looks in between. */
let isAwaited = true

const look = (when: string, moment: Moment): void => {
  const { aged, fresh, size } = measure(moment, Number(values.rounds))
  const row: Figures = { day, when, ids: size.clients, live: size.live, dead: size.dead }
  for (const [name, unit, size] of COLUMNS) {
    row[`${name}, ${unit}`] = Math.round((100 * aged[name]) / size) / 100
    row[`× ${name}`] = Math.round((100 * aged[name]) / fresh[name]) / 100
  }
  rows.push(row)
  const minutes = Math.round((performance.now() - start) / 6_000) / 10
  console.error(`${minutes} min: ${Object.values(row).join('  ')}`)
}

const onEnd = (moment: Moment): void => {
  if (!isAwaited) return
  isAwaited = false
  look('before a renewal', moment)
}
const team = new Team(TEAM, seededRandom(2026n), bounds, onEnd, new KeptDesk())
await team.start()
for (day = 1; day <= Number(values.days); day++) {
  const isLookedAt = day % Number(values.every) === 0 || day === Number(values.days)
  if (isLookedAt) isAwaited = true
  await team.day(async (load) => {
    if (isLookedAt && load === 3) look('amid the day', await team.office.moment())
  })
}
const { refused, epochs } = team.office
if (refused.length > 0) throw new Error(`${refused.length} refused: ${[...new Set(refused)]}`)
console.error(`${epochs} renewals`)
report(values['without-epochs'] ? 'year-without-epochs' : 'year', rows)
