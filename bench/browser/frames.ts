import { percentile } from '../percentile.js'
import type { Row } from './figure.js'

/** Milliseconds: a frame of 60 a second that came this late has left one out, or nearly so. */
export const LATE_FRAME = 20

/** Milliseconds between one frame and the next. */
export const gapsOf = (times: readonly number[]): number[] =>
  times.slice(1).map((time, at) => time - (times[at] ?? time))

/** From 0 to 1; NaN of none. */
export const shareAbove = (values: readonly number[], limit: number): number =>
  values.filter((value) => value > limit).length / values.length

/** Median and tail, under names for the columns. */
export const spread = (name: string, values: readonly number[]): Row => ({
  [`${name} p50, ms`]: percentile([...values], 0.5),
  [`${name} p95, ms`]: percentile([...values], 0.95),
})

/** Whether none is above the one before it: a count that goes down alone. */
export const isFalling = (values: readonly number[]): boolean =>
  gapsOf(values).every((gap) => gap <= 0)
