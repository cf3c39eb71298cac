import * as encoding from 'lib0/encoding'
import { updateOf } from '../bytes.js'

const HAS_KEY = 0x20
const ANY = 8

/**
 * One person's edits as Yjs encodes them, without the document: the company of one contact after the
 * other, each filled in where none was. Edit `n` is the struct at clock `n`, some 60 bytes; so edits
 * are recognised by client id and clock, however they were merged. None overwrites another one: what
 * is overwritten is dead, and of that a saturated room makes a year's worth in a second, for which
 * Kith begins a new epoch.
 */
export class Edits {
  readonly clientId: number
  /** Clock of the next edit. */
  next = 0

  constructor(clientId: number) {
    this.clientId = clientId
  }

  /** The next edit, as an update. */
  take(): Uint8Array {
    const clock = this.next++
    const client = this.clientId
    const struct = (to: encoding.Encoder): void => {
      encoding.writeUint8(to, ANY | HAS_KEY)
      encoding.writeVarUint(to, 1)
      encoding.writeVarString(to, 'fields')
      encoding.writeVarString(to, `c${client.toString(36)}_${clock}/company`)
      encoding.writeVarUint(to, 1)
      encoding.writeAny(to, `Analytical Engines ${clock}`)
    }
    return updateOf({ blocks: [{ client, clock, structs: 1, struct }] })
  }
}
