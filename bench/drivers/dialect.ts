/** How each kind of server is spoken to: what a client sends, and what a frame from it means. */
import { type Epoch, type Seq, unreachable } from 'kith-shared'
import type { Target } from '../target.js'
import { KithTalk } from './kith-talk.js'
import { StockTalk } from './stock-talk.js'

/** Where a client stands that comes back: all that its device holds. */
export interface Held {
  epoch: Epoch
  seq: Seq
  /** For servers that ask by state vector. */
  stateVector: Uint8Array
}

export interface Person {
  room: string
  /** Number of the user. */
  user: number
  clientId: number
  held?: Held
}

/** What a frame told. Byte views live no longer than the call. */
export interface Heard {
  send(payload: Uint8Array): void
  /** The client holds all that the server held when it came. */
  joined(): void
  update(update: Uint8Array): void
  /** As many of its update messages as these are committed. */
  acked(count: number): void
  awareness(payload: Uint8Array): void
  /** Bytes of the document that came while joining. */
  loaded(bytes: number): void
}

export interface Talk {
  path(): string
  /** What is sent first. */
  opening(): Uint8Array[]
  hear(frame: Uint8Array): void
  update(update: Uint8Array): Uint8Array
  awareness(states: Uint8Array): Uint8Array
  /** Grows with each frame that holds changes; equal where two clients of a room hold the same. */
  readonly received: number
  /** Where it stands now, to come back with. */
  readonly held: { epoch: Epoch; seq: Seq }
}

/** `reads`: also decodes the changes; else it only counts them, which costs the driver less. */
export const talkTo = (target: Target, person: Person, heard: Heard, reads: boolean): Talk => {
  switch (target.dialect) {
    case 'kith':
      return new KithTalk(target, person, heard, reads)
    case 'bare':
      return new StockTalk(person, heard, { reads, name: '', answers: false })
    case 'stock':
      return new StockTalk(person, heard, { reads, name: '', answers: true })
    case 'hocuspocus':
      return new StockTalk(person, heard, { reads, name: person.room, answers: true })
    default:
      return unreachable(target.dialect)
  }
}
