/**
 * A team of ten for a year on one workspace (`npm run year`): what an edit and a load cost, in the room
 * and in the browser, each month and right before each renewal, as ratios to a fresh document of the
 * same values that is measured in the same breath. `npm run year -- --days 60 --without-epochs`.
 */
import { parseArgs } from 'node:util'
import { seededRandom } from '../test/harness/seeded.js'
import { EPOCH_BOUNDS, type Moment, NEVER } from '../test/harness/year/office.js'
import { Team } from '../test/harness/year/team.js'
import { type Figures, report } from './report.js'
import { measure } from './year-measure.js'

const TEAM = { people: 10, loads: 5, edits: 300, contacts: 5_000 }
const MONTH = 21

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '250' },
    rounds: { type: 'string', default: '5' },
    clients: { type: 'string', default: `${EPOCH_BOUNDS.clients}` },
    dead: { type: 'string', default: `${EPOCH_BOUNDS.dead}` },
    'without-epochs': { type: 'boolean', default: false },
  },
})

const rows: Figures[] = []
let day = 0

const look = (when: string, moment: Moment): void => {
  const { aged, fresh } = measure(moment, Number(values.rounds))
  const ratio = (name: keyof typeof aged) => Math.round((100 * aged[name]) / fresh[name]) / 100
  const row: Figures = {
    day,
    when,
    ids: moment.clients,
    live: moment.live,
    dead: moment.dead,
    'snapshot, MB': aged.snapshot / 2 ** 20,
    '×': ratio('snapshot'),
    'room edit, µs': aged['server edit'],
    '× ': ratio('server edit'),
    'room load, ms': aged['room load'],
    '×  ': ratio('room load'),
    'room, MB': aged['room memory'] / 2 ** 20,
    '×   ': ratio('room memory'),
    'local edit, µs': aged['local edit'],
    '×    ': ratio('local edit'),
    'remote edit, µs': aged['remote edit'],
    '×     ': ratio('remote edit'),
    'page load, ms': aged['page load'],
    '×      ': ratio('page load'),
  }
  rows.push(row)
  console.error(
    Object.values(row)
      .map((cell) => (typeof cell === 'number' ? Math.round(cell * 100) / 100 : cell))
      .join('  '),
  )
}

const bounds = values['without-epochs']
  ? NEVER
  : { ...EPOCH_BOUNDS, clients: Number(values.clients), dead: Number(values.dead) }
/** The last month of which a renewal was looked at: they are all alike. */
let month = -1
const team = new Team(TEAM, seededRandom(2026n), bounds, (when, moment) => {
  if (when === 'due' && month < Math.floor(day / MONTH)) {
    month = Math.floor(day / MONTH)
    look('before renewal', moment)
  }
})
await team.start()
for (day = 1; day <= Number(values.days); day++) {
  await team.day()
  if (day % MONTH === 0) look('end of month', await team.office.moment())
}
const { refused } = team.office
if (refused.length > 0) throw new Error(`${refused.length} refused: ${[...new Set(refused)]}`)
report(values['without-epochs'] ? 'year-without-epochs' : 'year', rows)
