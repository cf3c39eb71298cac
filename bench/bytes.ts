/** Bytes as a hostile peer writes them, fast and far beyond what Yjs would write. */

import { type ClientMessage, encodeMessage } from 'kith-shared'
import * as encoding from 'lib0/encoding'

export type Write = (to: encoding.Encoder, n: number) => void

/** One update: blocks of so many structs each, then delete ranges of one client. */
export interface Plan {
  blocks?: readonly { client: number; clock?: number; structs: number; struct: Write }[]
  deletes?: readonly { client: number; ranges: number; range: Write }[]
}

export const updateOf = ({ blocks = [], deletes = [] }: Plan): Uint8Array => {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, blocks.length)
  for (const { client, clock = 0, structs, struct } of blocks) {
    encoding.writeVarUint(to, structs)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, clock)
    for (let n = 0; n < structs; n++) struct(to, n)
  }
  encoding.writeVarUint(to, deletes.length)
  for (const { client, ranges, range } of deletes) {
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, ranges)
    for (let n = 0; n < ranges; n++) range(to, n)
  }
  return encoding.toUint8Array(to)
}

/** `{ struct }`: a letter of a text, after the letter at `clock` of `client`. */
export const letterAfter =
  (client: number, clock: (n: number) => number): Write =>
  (to, n) => {
    encoding.writeUint8(to, 0x84)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, clock(n))
    encoding.writeVarString(to, 'x')
  }

/** A struct that names its parent: the least that opens a text. */
export const opening =
  (root: (n: number) => string, text = 'x'): Write =>
  (to, n) => {
    encoding.writeUint8(to, 0x04)
    encoding.writeVarUint(to, 1)
    encoding.writeVarString(to, root(n))
    encoding.writeVarString(to, text)
  }

/** An entry of `fields` under a key of its own. */
export const field =
  (value: unknown): Write =>
  (to, n) => {
    encoding.writeUint8(to, 0x28)
    encoding.writeVarUint(to, 1)
    encoding.writeVarString(to, 'fields')
    encoding.writeVarString(to, `c/${n}`)
    encoding.writeVarUint(to, 1)
    encoding.writeAny(to, value as never) // plain JSON, as every caller passes
  }

/** A letter or an entry that is deleted, after the one before it. */
export const deletedAfter =
  (client: number): Write =>
  (to, n) => {
    encoding.writeUint8(to, 0x81)
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, n)
    encoding.writeVarUint(to, 1)
  }

export const range =
  (clock: (n: number) => number, length = 1): Write =>
  (to, n) => {
    encoding.writeVarUint(to, clock(n))
    encoding.writeVarUint(to, length)
  }

/** The first `write` at 0, then the other for the rest. */
export const first =
  (write: Write, then: Write): Write =>
  (to, n) =>
    n === 0 ? write(to, n) : then(to, n - 1)

export const frameOf = (type: 'update' | 'sync-step-2', update: Uint8Array): Uint8Array => {
  const message: ClientMessage = { type, update }
  return encodeMessage(message)
}

export const awarenessFrame = (states: number, json: (n: number) => string): Uint8Array =>
  encodeMessage({
    type: 'awareness',
    states: Array.from({ length: states }, (_, n) => ({ clientId: n, clock: 1, json: json(n) })),
  })
