import {
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  MAX_AWARENESS_STATES,
} from 'kith-shared'
import { describe, expect, test } from 'vitest'

const frameOf = (states: number) =>
  encodeMessage({
    type: 'awareness',
    states: Array.from({ length: states }, (_, clientId) => ({ clientId, clock: 1, json: '{}' })),
  })

describe('an awareness frame', () => {
  test('[P7] of more states than a room ever holds is broken, before any of them is read', () => {
    expect(decodeClientMessage(frameOf(MAX_AWARENESS_STATES)).ok).toBe(true)
    expect(decodeClientMessage(frameOf(MAX_AWARENESS_STATES + 1))).toEqual({ ok: false })
  })

  test('of the server may hold however many there are', () => {
    expect(decodeServerMessage(frameOf(MAX_AWARENESS_STATES + 1)).ok).toBe(true)
  })
})
