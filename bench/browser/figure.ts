import type { BrowserWorld } from './world.js'

/** One column each. */
export type Row = Record<string, number>

/** What one round gave, by what was done: each case is a row of the table. */
export type Cases = Record<string, Row>

export interface BrowserGoal {
  /** Rows whose names begin so; all where there is none. */
  of?: string
  column: string
  atMost: number
}

export interface BrowserFigure {
  /** As `--only` takes it. */
  name: string
  /** What it is, in a line. */
  title: string
  rounds: { quick: number; full: number }
  goals: readonly BrowserGoal[]
  /** One round, in browser profiles of its own; the run takes the median of each column. */
  measure(world: BrowserWorld, isQuick: boolean): Promise<Cases>
}
