/** Stories side by side, one after another, until so many kills are made or the time is up. */
import { type Lane, openLane } from './lane.js'
import type { Tally } from './scene.js'
import { type Kind, type Plot, playStory } from './story.js'

export interface Campaign {
  readonly kind: Kind
  readonly catalogue: Plot['catalogue']
  readonly lanes: number
  readonly kills: number
  /** No story begins later than this, in milliseconds. */
  readonly time: number
  readonly firstSeed: bigint
}

const POSTGRES = {
  alone: 'shared',
  pair: 'shared',
  postgres: 'mortal',
  embedded: 'embedded',
  disk: 'small disk',
} as const

/** Kills in a story. */
const LIVES = 12

export const newTally = (): Tally => ({ kills: 0, cuts: 0, hits: new Map(), misses: new Map() })

/** Rejects with the first story that broke. */
export const play = async (campaign: Campaign): Promise<Tally> => {
  const tally = newTally()
  const began = performance.now()
  let seed = campaign.firstSeed
  let broken: unknown
  const isOver = (): boolean =>
    broken !== undefined ||
    tally.kills >= campaign.kills ||
    performance.now() - began > campaign.time
  const playOn = async (lane: Lane): Promise<void> => {
    while (!isOver()) {
      const lives = Math.min(LIVES, Math.max(1, campaign.kills - tally.kills))
      await playStory(lane, { ...campaign, lives, seed: seed++ }, tally)
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
