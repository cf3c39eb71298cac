/** One workspace through some lives of its server, each of which ends badly. Replays by its seed. */
import { isDeepStrictEqual } from 'node:util'
import { seededRandom } from '../harness/seeded.js'
import { contentOf } from '../harness/team.js'
import { waitFor } from '../harness/wait-for.js'
import type { Lane } from './lane.js'
import { createSubject, wordsOf } from './person.js'
import { type Kind, Scene, type Tally } from './scene.js'
import { type Strike, strikesOf } from './strike.js'

type Catalogue = Parameters<typeof strikesOf>[0]

export interface Plot {
  readonly kind: Kind
  readonly catalogue: Catalogue
  readonly seed: bigint
  readonly lives: number
  /** Asked before each life: the story is brought to its end. */
  readonly isOver: () => boolean
}

const QUIET = { killAt: undefined, behindGate: false }
const PATIENCE = 30_000
const LOG_LINES = 40

/** Rejects with all that is known about it where a promise was broken. */
export const playStory = async (lane: Lane, plot: Plot, tally: Tally): Promise<void> => {
  const { seed, kind } = plot
  const random = seededRandom(seed)
  const scene = new Scene(lane, seed, random, tally, kind)
  let failure: unknown
  try {
    await scene.people.open()
    await begin(scene, kind)
    for (const strike of strikesOf(plot.catalogue, seed, plot.lives, random)) {
      if (plot.isOver()) break
      await live(scene, kind, strike)
    }
    await end(scene)
  } catch (error) {
    failure = error
  } finally {
    await scene.close()
  }
  const { violations } = scene.ledger
  if (violations.length === 0 && failure === undefined) return
  throw new Error(report(scene, plot, failure), { cause: failure })
}

/** The first life is a quiet one: everybody comes, and there is something to write about. */
const begin = async (scene: Scene, kind: Kind): Promise<void> => {
  const [one, other] = scene.lane.ports
  if (kind === 'pair') await scene.start(other, QUIET)
  await scene.start(one, QUIET)
  scene.people.start()
  const [first] = scene.people.team
  await waitFor(() => first?.isLive, { timeout: PATIENCE, message: 'the first one' })
  if (first) createSubject(first.doc)
  if (kind === 'pair') await moveTo(scene, one)
  await waitFor(() => scene.people.team.every(({ doc }) => doc.getMap('contacts').size === 1), {
    timeout: PATIENCE,
    message: 'everybody to have the contact',
  })
  scene.people.startWriting()
  await scene.untilSaved(5)
}

/** Who is elsewhere may lack what was committed here until they write themselves. */
const moveTo = async (scene: Scene, port: number): Promise<void> => {
  for (const elsewhere of scene.lane.ports.filter((each) => each !== port)) {
    await scene.stop(elsewhere)
  }
}

const live = async (scene: Scene, kind: Kind, strike: Strike): Promise<void> => {
  const { ledger, lane, random, tally, history } = scene
  ledger.life += 1
  scene.people.ballast = strike.ballast ?? 0
  const [one, other] = lane.ports
  const [port, companion] = kind !== 'pair' || random() < 0.5 ? [one, other] : [other, one]
  const begun = history.length
  history.push('')
  if (kind === 'pair') await scene.replace(companion, QUIET)
  if (strike.prepare) {
    await scene.stop(port)
    await strike.prepare(scene)
  }
  await scene.replace(port, {
    killAt: strike.killAt,
    behindGate: strike.behindGate ?? false,
  })
  scene.people.visit()
  await scene.doAfterwards()
  if (kind === 'pair') scene.people.scatter()
  const outcome = await strike.run(scene)
  tally.kills += 1
  if (kind === 'pair' && random() < 0.25) {
    await scene.stop(companion)
    tally.kills += 1
  }
  const counts = outcome === 'hit' ? tally.hits : tally.misses
  counts.set(strike.label, (counts.get(strike.label) ?? 0) + 1)
  const compare = () =>
    waitFor(() => scene.stored.compare(ledger).then(() => true), { timeout: PATIENCE })
  // Where the server's own PostgreSQL was killed, the next one starts it.
  if (kind === 'embedded') scene.afterwards(async () => void (await compare()))
  else await compare()
  const { saved, seen, rows } = ledger.counts
  const where = strike.killAt ?? strike.label
  history[begun] =
    `life ${ledger.life}: ${where} on ${port}: ${outcome}; ${saved} saved, ${seen} seen, ${rows} rows`
  if (ledger.violations.length > 0) throw new Error('a promise is broken')
}

/** A quiet last life: all is saved, all have the same, each word once. */
const end = async (scene: Scene): Promise<void> => {
  const { ledger, lane } = scene
  const { team } = scene.people
  ledger.life += 1
  scene.people.stopWriting()
  for (const port of lane.ports) await scene.stop(port)
  await scene.start(lane.ports[0], QUIET)
  await scene.doAfterwards()
  const isSettled = () => team.every(({ unsaved, isLive }) => unsaved === 0 && isLive)
  await waitFor(isSettled, {
    timeout: PATIENCE,
    message: () =>
      `the end of ${team.map(({ name, unsaved, isLive }) => `${name} ${isLive ? 'live' : 'away'} ${unsaved}`).join(', ')}`,
  })
  ledger.life += 1
  const reader = await scene.people.read()
  const wanted = contentOf(reader.doc)
  for (const { name, doc } of team) {
    const isSame = () => isDeepStrictEqual(contentOf(doc), wanted)
    await waitFor(isSame, { timeout: PATIENCE }).catch(() =>
      ledger.violation(`${name} has something else than who comes now`),
    )
  }
  const { text, map } = wordsOf(reader.doc)
  ledger.compareWords(new Set(text))
  if (new Set(text).size !== text.length) ledger.violation('a word stands there twice')
  const { written } = ledger.counts
  if (map.size !== written) ledger.violation(`${written} words written, ${map.size} are there`)
  await scene.stored.compare(ledger)
}

const report = (scene: Scene, { seed, kind, lives }: Plot, failure: unknown): string => {
  const { ledger, history, lane } = scene
  const logs = lane.logs.flatMap((log, index) => {
    const lines = log().split('\n').filter(Boolean).slice(-LOG_LINES)
    return [`server ${index - lane.logs.length}:`, ...lines]
  })
  return [
    `A story broke: ${kind}, seed ${seed}`,
    ...ledger.violations.slice(0, 20),
    ...(ledger.violations.length > 20 ? [`… ${ledger.violations.length} in all`] : []),
    failure instanceof Error ? failure.message : '',
    `Replay: KITH_SEED=${seed} KITH_KILLS=${lives} npm run crash -- -t ${kind}`,
    'What happened:',
    ...history,
    'What the servers printed last:',
    ...logs,
  ].join('\n')
}
