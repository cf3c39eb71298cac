/** Stories side by side, one after another, until so many kills are made or the time is up. */
import { type Lane, openLane } from './lane.js'
import type { Kind, Tally } from './scene.js'
import { type Plot, playStory } from './story.js'

export interface Campaign {
  readonly kind: Kind
  readonly catalogue: Plot['catalogue']
  readonly lanes: number
  readonly kills: number
  /** No server begins a life later than this, in milliseconds, once each named point was hit. */
  readonly time: number
  readonly firstSeed: bigint
  /** Hears of each story that is over. */
  readonly tell: (line: string) => void
}

const POSTGRES = {
  alone: 'shared',
  pair: 'shared',
  postgres: 'mortal',
  embedded: 'embedded',
  disk: 'small disk',
  epochs: 'shared',
} as const

/** Each named point is struck at until it is hit, but not more often than this. */
const TRIES = 4

/** Kills in a story. */
const LIVES = 12

export const newTally = (): Tally => ({ kills: 0, cuts: 0, hits: new Map(), misses: new Map() })

/** What of the catalogue was never hit. */
export const unhit = ({ catalogue }: Pick<Campaign, 'catalogue'>, { hits }: Tally): string[] =>
  catalogue.map((make) => make(() => 0).label).filter((label) => !hits.has(label))

/** Rejects with the first story that broke. */
export const play = async (campaign: Campaign): Promise<Tally> => {
  const tally = newTally()
  const began = performance.now()
  let seed = campaign.firstSeed
  let broken: unknown
  const isOver = (): boolean => {
    if (broken !== undefined || tally.kills >= campaign.kills) return true
    if (performance.now() - began < campaign.time) return false
    // However slow the machine is: counted by point, since lives at any moment hit none.
    return unhit(campaign, tally).every((label) => (tally.misses.get(label) ?? 0) >= TRIES)
  }
  const playOn = async (lane: Lane): Promise<void> => {
    while (!isOver()) {
      const lives = Math.min(LIVES, Math.max(1, campaign.kills - tally.kills))
      const plot = { ...campaign, lives, seed: seed++, isOver }
      await playStory(lane, plot, tally)
      campaign.tell(`${campaign.kind}: seed ${plot.seed} is over, ${tally.kills} kills so far`)
    }
  }
  const kind = POSTGRES[campaign.kind]
  const lanes = await Promise.all(Array.from({ length: campaign.lanes }, () => openLane(kind)))
  try {
    await Promise.all(
      lanes.map((lane) =>
        playOn(lane).catch((error: unknown) => {
          broken ??= error
        }),
      ),
    )
  } finally {
    for (const lane of lanes) await lane.close()
  }
  const seconds = (performance.now() - began) / 1000
  const list = (counts: Map<string, number>) =>
    [...counts].map(([label, count]) => `${label} ${count}`).join(', ')
  console.log(
    `${campaign.kind}: ${tally.kills} kills and ${tally.cuts} cuts in ${seconds.toFixed(0)} s, ` +
      `seeds ${campaign.firstSeed} to ${seed - 1n}\nhit: ${list(tally.hits)}\nmissed: ${list(tally.misses)}`,
  )
  if (broken !== undefined) throw broken
  return tally
}
