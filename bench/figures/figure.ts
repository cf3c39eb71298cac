import type { Driver } from '../drivers/driver.js'
import type { Server, ServerName } from '../servers/server.js'

/** One column each; NaN where a server has no such figure. */
export type Measured = Record<string, number>

export interface Setting {
  driver: Driver
  /** Another process, for what happens beside the first one's work. */
  bystander: Driver
  isQuick: boolean
  /** A name that no room of the run had before. */
  newRoom(): string
  /** The first of `count` client ids that nobody had before. */
  newClientIds(count: number): number
}

export type Goal =
  /** At most so many times what the bare relay has in the same column. */
  | { type: 'ratio'; column: string; atMost: number }
  | { type: 'value'; column: string; atMost: number }

export interface Figure {
  /** As `--only` takes it. */
  name: string
  /** What it is, in a line. */
  title: string
  servers: readonly ServerName[]
  rounds: { quick: number; full: number }
  /** Every round has servers of its own: nothing of an earlier one is in their memory. */
  isFresh?: boolean
  /** The column that servers are compared by, with the bare relay as 1. */
  compared: string
  goals?: readonly Goal[]
  /** Once for each server, before the rounds. */
  prepare?(server: Server, setting: Setting): Promise<void>
  /** One round of one server; the run takes the median of each column. */
  measure(server: Server, setting: Setting): Promise<Measured>
}
