import * as encoding from 'lib0/encoding'
import { updateOf } from '../bytes.js'

const KEYS = 16
const HAS_ORIGIN = 0x80
const HAS_KEY = 0x20
const ANY = 8

/**
 * One person's edits as Yjs encodes them, without the document: the company of one contact after the
 * other, each overwriting that person's last one there. Edit `n` is the struct at clock `n`, some 50
 * bytes; so edits are recognised by client id and clock, however they were merged.
 */
export class Edits {
  readonly clientId: number
  readonly #contact: string
  /** Clock of the next edit. */
  next = 0

  constructor(clientId: number) {
    this.clientId = clientId
    this.#contact = `c${clientId.toString(36).padStart(19, '0')}`
  }

  /** The next edit, as an update. */
  take(): Uint8Array {
    const clock = this.next++
    const client = this.clientId
    const before = clock - KEYS
    const struct = (to: encoding.Encoder): void => {
      const key = `${this.#contact}${clock % KEYS}/company`
      encoding.writeUint8(to, ANY | HAS_KEY | (before < 0 ? 0 : HAS_ORIGIN))
      if (before < 0) {
        encoding.writeVarUint(to, 1)
        encoding.writeVarString(to, 'fields')
        encoding.writeVarString(to, key)
      } else {
        encoding.writeVarUint(to, client)
        encoding.writeVarUint(to, before)
      }
      encoding.writeVarUint(to, 1)
      encoding.writeAny(to, `Analytical Engines ${clock}`)
    }
    const range = (to: encoding.Encoder): void => {
      encoding.writeVarUint(to, before)
      encoding.writeVarUint(to, 1)
    }
    const deletes = before < 0 ? [] : [{ client, ranges: 1, range }]
    return updateOf({ blocks: [{ client, clock, structs: 1, struct }], deletes })
  }
}
