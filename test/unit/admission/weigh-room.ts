/** A room that updates are weighed in: the sizes of its roots are as large as a test says. */
import { UpdateScanner, type UserId } from 'kith-shared'
import { expect } from 'vitest'
import { admit } from '../../../server/core/admission/admit.js'
import { knownDeletes } from '../../../server/core/admission/deletes.js'
import { orderStructs } from '../../../server/core/admission/integration-order.js'
import { type Weight, weigh } from '../../../server/core/admission/weight.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { RoomIndex } from '../../../server/core/room-index.js'
import { type ForgedStruct, type ForgedUpdate, forge } from '../../harness/forge.js'

const ana = 'ana' as UserId
/** Whose updates are weighed. */
export const bo = 'bo' as UserId
export const ANA = 10
export const BO = 20
export const ABOUT = 'about/c1'
const scanner = new UpdateScanner()
export let index: RoomIndex

const scanned = (bytes: Uint8Array) => {
  const scan = scanner.scan(bytes)
  if (!scan.ok) throw new Error(scan.refusal)
  return scan.update
}

export const take = (user: UserId, update: ForgedUpdate): void => {
  const bytes = forge(update)
  const draft = new IndexDraft(index)
  const sender = { userId: user, role: 'editor' } as const
  expect(admit(draft, sender, 'update', bytes, scanned(bytes)).verdict).toBe('accepted')
  draft.fold()
}

/** Weighs an update of Bo's, wherever its structs are. */
export const weighed = (update: ForgedUpdate): Weight => {
  const draft = new IndexDraft(index)
  const order = orderStructs(draft, scanned(forge(update)), bo, () => undefined)
  if (!order.ok) throw new Error(order.refusal)
  const deletes = knownDeletes(draft, order.placed)
  if (!deletes.ok) throw new Error(deletes.refusal)
  return weigh(draft, order.placed, deletes.fresh, bo)
}
export const byBo = (...structs: ForgedStruct[]): ForgedUpdate => ({
  blocks: [{ client: BO, structs }],
})

export const letters = (text: string, at: Partial<ForgedStruct> = {}): ForgedStruct => ({
  kind: 4,
  root: ABOUT,
  text,
  ...at,
})
export const value = (key: string): ForgedStruct => ({ kind: 8, root: 'fields', key })
export const over = (origin: [number, number]): ForgedStruct => ({ kind: 8, origin })
/** The last letter of Ana's text. */
export const end: [number, number] = [ANA, 4]

/** Ana's contact and fields, and more than she wrote. */
export const begin = (): void => {
  index = new RoomIndex()
  // Clocks of ANA: 0 to 4 a text in one piece, 5 and 6 fields, 7 overwrites the first of them.
  const structs = [letters('hello'), value('c1/a'), value('c1/b'), over([ANA, 5])]
  take(ana, { blocks: [{ client: ANA, structs }] })
  // As if more were there: 100 pieces of text and 10 rivals, 20 values and 7 rivals.
  index.grow(ABOUT, { pieces: 99, units: 0, rivals: 10 })
  index.grow('fields', { pieces: 17, units: 0, rivals: 7 })
}
