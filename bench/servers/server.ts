import type { Dialect, Target } from '../target.js'
import type { Memory } from './child.js'

/** A server under measurement, Kith or a peer. */
export interface Server {
  readonly name: ServerName
  readonly target: Target
  /** Makes a workspace with the run's users as members; nothing to do for the peers. */
  makeRooms(rooms: readonly string[]): Promise<void>
  /** The same document in another workspace; undefined where that must be sent again. */
  readonly copyRoom?: (from: string, to: readonly string[]) => Promise<void>
  /** Until nothing is left to do about what was written, such as a snapshot. */
  settle(room: string): Promise<void>
  collect(): Promise<Memory>
  /** The last that its process printed. */
  printed(): string
  /** Another process on the same data: nothing is loaded. Only where `copyRoom` is there. */
  readonly restart?: () => Promise<void>
  /** Safe twice. */
  close(): Promise<void>
}

export const SERVER_NAMES = ['kith', 'bare-relay', 'y-websocket', 'hocuspocus'] as const
export type ServerName = (typeof SERVER_NAMES)[number]

export const DIALECTS: Record<ServerName, Dialect> = {
  kith: 'kith',
  'bare-relay': 'bare',
  'y-websocket': 'stock',
  hocuspocus: 'hocuspocus',
}
