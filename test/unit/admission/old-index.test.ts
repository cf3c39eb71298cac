import { UpdateScanner, type UserId } from 'kith-shared'
import { expect, test } from 'vitest'
import { admit } from '../../../server/core/admission/admit.js'
import { decodeIndex } from '../../../server/core/index-codec.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { type ForgedStruct, forge } from '../../harness/forge.js'

/** Version 1 as it was written: root `about/c1`, in which client 10 has clocks 0 and 1. */
const VERSION_1 = new Uint8Array([1, 1, 8, ...Buffer.from('about/c1'), 1, 10, 1, 0, 2, 0])

test('[A4] of letters in an index of version 1 nobody knows which follows which, so none is turned', () => {
  const index = decodeIndex(VERSION_1)?.index
  if (!index) throw new Error('version 1 is still read')
  // Client 10 wrote `b`, and then `a` before it; Eve writes between the two.
  const structs: ForgedStruct[] = [{ kind: 4, origin: [10, 1], right: [10, 0] }]
  const bytes = forge({ blocks: [{ client: 66, structs }] })
  const scan = new UpdateScanner().scan(bytes)
  if (!scan.ok) throw new Error(scan.refusal)
  const eve = { userId: 'eve' as UserId, role: 'editor' } as const
  const verdict = admit(new IndexDraft(index), eve, 'update', bytes, scan.update)
  expect(verdict.verdict).toBe('accepted')
})
