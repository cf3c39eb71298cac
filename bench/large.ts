/**
 * What the worst messages cost the main thread (`npm run bench:large`): the longest step of the
 * room and how far the heap grows, from the frame to its commit and broadcast. The heap's young
 * generation is so large there that nothing is collected in between: what a message grows it by is
 * all that is allocated for it.
 */
import { type Figures, median, report } from './report.js'
import { type Cost, Stage } from './stage.js'
import { type WorstCase, worstMessages } from './worst-messages.js'

const ROUNDS = 5
const MB = 1024 * 1024

const measure = ({ name, before = [], frames }: WorstCase): Figures => {
  const costs = Array.from({ length: ROUNDS }, () => {
    const stage = new Stage()
    stage.send(before)
    return stage.send(frames)
  })
  const of = (pick: (cost: Cost) => number) => median(costs.map(pick))
  return {
    message: name,
    KB: Math.round(frames.reduce((sum, frame) => sum + frame.length, 0) / 1024),
    outcome: costs[0]?.outcome ?? '',
    'longest, ms': of(({ longest }) => longest),
    'first, ms': costs[0]?.longest ?? 0,
    'all, ms': of(({ all }) => all),
    'grown, MB': Math.max(...costs.map(({ grown }) => grown / MB)),
    'kept, MB': of(({ kept }) => kept / MB),
  }
}

report('large', worstMessages().map(measure))
