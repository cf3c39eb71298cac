import fc from 'fast-check'
import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  type ServerMessage,
} from 'kith-shared'
import { describe, expect, test } from 'vitest'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)

/** A change of these bytes is a change of the wire: old clients and servers are out there. */
const FROM_CLIENT: [ClientMessage, string][] = [
  [
    {
      type: 'hello',
      protocol: 1,
      clientId: 300,
      earlierIds: [7],
      epoch: 1,
      seq: 200,
      schema: 1,
      token: 'tok',
    },
    '6401ac02010701c8010103746f6b',
  ],
  [
    {
      type: 'hello',
      protocol: 1,
      clientId: 300,
      earlierIds: [],
      epoch: 3,
      seq: 200,
      schema: 1,
      token: 'tok',
      unsentEpoch: 200,
    },
    '6401ac020003c8010103746f6bc801',
  ],
  [{ type: 'token', token: 'tok' }, '6903746f6b'],
  [{ type: 'probe', nonce: 5 }, '6c05'],
  [{ type: 'sync-step-1', stateVector: bytes(0) }, '00000100'],
  [{ type: 'sync-step-2', update: bytes(0, 0) }, '0001020000'],
  [{ type: 'update', update: bytes(0, 0) }, '0002020000'],
  [{ type: 'awareness', states: [{ clientId: 3, clock: 1, json: '{}' }] }, '010601030102' + '7b7d'],
  [{ type: 'query-awareness' }, '03'],
]

const OLDER_HELLOS = new Set(['6401ac020003c8010103746f6b'])

const FROM_SERVER: [ServerMessage, string][] = [
  [
    {
      type: 'welcome',
      protocol: 1,
      user: { id: 'u', name: 'Ana', email: null },
      role: 'editor',
      workspaceName: 'Team',
      schema: 1,
      epoch: 1,
      head: 300,
      follows: 'snapshot',
      limits: { updateBytes: 1000, presenceBytes: 64 },
    },
    '65010175' +
      '03416e61' +
      '00' +
      '06656469746f72' +
      '045465616d' +
      '0101' +
      'ac02' +
      '01' +
      'e807' +
      '40',
  ],
  [
    {
      type: 'welcome',
      protocol: 1,
      user: { id: 'u', name: 'Ana', email: null },
      role: 'editor',
      workspaceName: 'Team',
      schema: 1,
      epoch: 300,
      head: 300,
      follows: 'epochs',
      limits: { updateBytes: 1000, presenceBytes: 64 },
    },
    '65010175' + '03416e61' + '00' + '06656469746f72' + '045465616d' + '01ac02ac0202e80740',
  ],
  [
    {
      type: 'rows',
      epoch: 1,
      firstSeq: 2,
      rows: [{ author: { id: 'u', name: 'A' }, committedAt: 1000, update: bytes(0, 0) }],
    },
    '66010201' + '0175' + '0141' + 'e807' + '020000',
  ],
  [{ type: 'ack', count: 3, seq: 128 }, '67038001'],
  [{ type: 'reject', ordinal: 2, reason: 'gap' }, '680203676170'],
  [{ type: 'notice', notice: 'role-changed', role: 'viewer' }, '6a0006766965776572'],
  [{ type: 'notice', notice: 'workspace-renamed', name: 'W' }, '6a010157'],
  [{ type: 'notice', notice: 'quota-warning', text: 'x' }, '6a020178'],
  [{ type: 'notice', notice: 'draining', retryAfter: 5 }, '6a0305'],
  [
    { type: 'snapshot-chunk', epoch: 1, seq: 4, total: 3, offset: 0, bytes: bytes(1, 2, 3) },
    '6b0104030003010203',
  ],
  [{ type: 'probe', nonce: 5 }, '6c05'],
]

describe('golden bytes', () => {
  test.each(FROM_CLIENT)('[P10] $type of a client', (message, expected) => {
    expect(hex(encodeMessage(message))).toBe(expected)
    expect(decodeClientMessage(new Uint8Array(Buffer.from(expected, 'hex')))).toMatchObject({
      ok: true,
      message,
    })
  })

  test.each(FROM_SERVER)('[P10] $type of a server', (message, expected) => {
    expect(hex(encodeMessage(message))).toBe(expected)
    expect(decodeServerMessage(new Uint8Array(Buffer.from(expected, 'hex')))).toMatchObject({
      ok: true,
      message,
    })
  })

  test('fields that a later version adds are left unread where they may come, and only there', () => {
    const later = (message: ClientMessage | ServerMessage) =>
      Buffer.concat([encodeMessage(message), bytes(9, 9)])
    const [hello] = FROM_CLIENT[0] ?? []
    const [welcome] = FROM_SERVER[0] ?? []
    if (!hello || !welcome) throw new Error('no samples')
    expect(decodeClientMessage(later(hello)).ok).toBe(true)
    expect(decodeServerMessage(later(welcome)).ok).toBe(true)
    expect(decodeServerMessage(bytes(106, 99, 1))).toEqual({
      ok: true,
      message: { type: 'notice', notice: 'unknown' },
    })
    expect(decodeClientMessage(later({ type: 'probe', nonce: 1 })).ok).toBe(false)
    expect(decodeServerMessage(later({ type: 'ack', count: 1, seq: 1 })).ok).toBe(false)
  })
})

describe('decoding', () => {
  const samples = [...FROM_CLIENT, ...FROM_SERVER].map(([message]) => encodeMessage(message))

  test('[P4] any bytes give a message or nothing, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => {
        decodeClientMessage(frame)
        decodeServerMessage(frame)
      }),
      { numRuns: 5_000 },
    )
  })

  test('[P4] any mutation of a real frame gives a message or nothing, and never throws', () => {
    const mutated = fc
      .record({
        sample: fc.constantFrom(...samples),
        at: fc.nat(),
        byte: fc.nat(255),
        cut: fc.nat(),
      })
      .map(({ sample, at, byte, cut }) => {
        const frame = sample.slice(0, sample.length - (cut % 3))
        frame[at % Math.max(1, frame.length)] = byte
        return frame
      })
    fc.assert(
      fc.property(mutated, (frame) => {
        decodeClientMessage(frame)
        decodeServerMessage(frame)
      }),
      { numRuns: 5_000 },
    )
  })

  test.each(samples.map((sample) => [hex(sample), sample] as const))(
    'a cut frame is no message (%s)',
    (_, sample) => {
      for (let length = 0; length < sample.length; length++) {
        const frame = sample.subarray(0, length)
        const decoded = [decodeClientMessage(frame), decodeServerMessage(frame)]
        // An older client's hello ends before `unsentEpoch`.
        expect(decoded.some(({ ok }) => ok)).toBe(OLDER_HELLOS.has(hex(frame)))
      }
    },
  )
})
