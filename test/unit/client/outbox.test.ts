import fc from 'fast-check'
import { type Refusal, UPDATE_SPLIT_BYTES } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Edit } from '../../../client/core/edit.js'
import { Outbox } from '../../../client/core/outbox.js'

/** A tab: its document, and its edits in order. */
const tab = (clientId: number) => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  const edits: Edit[] = []
  let key = ''
  doc.on('update', (update: Uint8Array) => {
    const id = `${clientId}-${String(edits.length).padStart(5, '0')}`
    edits.push({ id, owner: clientId, clientId, update, epoch: 1, touches: [key] })
  })
  const set = (name: string, value: string): Edit => {
    key = name
    doc.getMap('fields').set(name, value)
    const edit = edits.at(-1)
    if (edit === undefined) throw new Error('no edit')
    return edit
  }
  return { doc, edits, set }
}

const ids = (edits: readonly Edit[]): string[] => edits.map(({ id }) => id)

const filled = (count: number, clientId = 1): { outbox: Outbox; edits: Edit[] } => {
  const { edits, set } = tab(clientId)
  const outbox = new Outbox()
  for (let n = 0; n < count; n++) outbox.add(set(`k${n}`, 'value'))
  return { outbox, edits }
}

describe('sending', () => {
  test('[P1] an edit leaves only by an acknowledgement', () => {
    const { outbox, edits } = filled(2)
    expect(outbox.take()).toEqual([])
    outbox.open(1)
    expect(outbox.take()).toHaveLength(1)
    outbox.close()
    expect(ids(outbox.pending)).toEqual(ids(edits))
    outbox.open(1)
    outbox.take()
    expect(outbox.settled(0)).toEqual([])
    expect(ids(outbox.settled(1))).toEqual(ids(edits))
    expect(outbox.pending).toEqual([])
  })

  test('what was sent is not sent again on one connection', () => {
    const { outbox } = filled(1)
    outbox.open(1)
    expect(outbox.take()).toHaveLength(1)
    expect(outbox.take()).toEqual([])
  })

  test('small edits go together, at most 50 in a message', () => {
    const { outbox } = filled(120)
    outbox.open(1)
    const messages = outbox.take()
    expect(messages).toHaveLength(3)
    const doc = new Y.Doc()
    for (const { update } of messages) Y.applyUpdate(doc, update)
    expect(doc.getMap('fields').size).toBe(120)
  })

  test('a large edit goes in parts, and is settled by the last of them alone', () => {
    const { doc, edits } = tab(1)
    doc.getText('about/a').insert(0, 'x'.repeat(UPDATE_SPLIT_BYTES * 2))
    const outbox = new Outbox()
    for (const edit of edits) outbox.add(edit)
    outbox.open(1)
    const messages = outbox.take()
    expect(messages.length).toBeGreaterThan(2)
    for (const { update } of messages) expect(update.length).toBeLessThanOrEqual(UPDATE_SPLIT_BYTES)
    expect(outbox.settled(messages.length - 1)).toEqual([])
    expect(outbox.settled(messages.length)).toHaveLength(1)
  })

  test('[P7] no more messages are under way than the window holds', () => {
    const { set } = tab(1)
    const outbox = new Outbox()
    outbox.open(1)
    let sent = 0
    for (let n = 0; n < 100; n++) {
      outbox.add(set('k', String(n)))
      sent += outbox.take().length
    }
    expect(sent).toBe(32)
    outbox.settled(32)
    expect(outbox.take()).toHaveLength(2)
  })

  test('edits of different client ids keep their own messages', () => {
    const outbox = filled(1, 1).outbox
    for (const edit of filled(2, 2).edits) outbox.add(edit)
    outbox.open(1)
    expect(outbox.take()).toHaveLength(2)
    expect(outbox.clientIds).toEqual([1, 2])
  })

  test("a viewer's edits wait for another role", () => {
    const { outbox } = filled(1)
    outbox.setMayWrite(false)
    outbox.open(1)
    expect(outbox.take()).toEqual([])
    outbox.setMayWrite(true)
    expect(outbox.take()).toHaveLength(1)
    outbox.rejected(1, 'read-only')
    expect(outbox.take()).toEqual([])
    expect(outbox.pending).toHaveLength(1)
  })
})

describe('a refusal', () => {
  test('among merged edits sends each by itself, and gives the one that is meant', () => {
    const { outbox, edits } = filled(3)
    outbox.open(1)
    expect(outbox.take()).toHaveLength(1)
    expect(outbox.rejected(1, 'bad-value')).toEqual([])
    outbox.settled(1)
    expect(outbox.take()).toHaveLength(3)
    expect(outbox.rejected(3, 'bad-value')).toEqual([{ ...edits[1], refused: 'bad-value' }])
    expect(ids(outbox.pending)).toEqual([edits[0]?.id, edits[2]?.id])
    expect(ids(outbox.settled(3))).toEqual([edits[0]?.id])
  })

  test('[P5] what comes in the place of others is sent, and what was said of those is nothing', () => {
    const { outbox, edits } = filled(3)
    outbox.open(1)
    outbox.take()
    outbox.rejected(1, 'bad-value')
    outbox.take()
    outbox.rejected(2, 'bad-value')
    const gone = edits.slice(1).map(({ id }) => id)
    outbox.replace(gone, filled(2, 7).edits)
    expect(outbox.take()).toHaveLength(1)
    for (const ordinal of [3, 4]) expect(outbox.rejected(ordinal, 'gap')).toEqual([])
    expect(outbox.settled(4)).toEqual([])
    expect(ids(outbox.settled(5))).toEqual(['7-00000', '7-00001'])
  })

  test('what is held goes nowhere, on this connection and the next, and an answer leaves it out', () => {
    const { outbox, edits } = filled(1)
    outbox.hold(ids(edits))
    outbox.open(1)
    expect(outbox.take()).toEqual([])
    expect(outbox.hasBlocked).toBe(true)
    outbox.answer(new Uint8Array([0, 0]))
    expect(outbox.settled(1)).toEqual([])
    expect(ids(outbox.pending)).toEqual(ids(edits))
  })

  test('a gap that what left had opened is tried again at once', () => {
    const { outbox } = filled(1)
    for (const edit of filled(1, 2).edits) outbox.add(edit)
    outbox.open(1)
    outbox.take()
    outbox.rejected(2, 'gap')
    expect(outbox.take()).toEqual([])
    outbox.replace(['1-00000'], [])
    expect(outbox.take()).toHaveLength(1)
  })
})

describe('a gap', () => {
  test('is answered once, with what covers all that is unsettled', () => {
    const { outbox, edits } = filled(2)
    outbox.open(1)
    outbox.take()
    outbox.rejected(1, 'gap')
    expect(outbox.mayAnswer).toBe(true)
    expect(outbox.answer(new Uint8Array([0, 0])).type).toBe('sync-step-2')
    expect(outbox.mayAnswer).toBe(false)
    expect(outbox.take()).toEqual([])
    expect(outbox.settled(1)).toEqual([])
    expect(ids(outbox.settled(2))).toEqual(ids(edits))
    expect(outbox.mayAnswer).toBe(true)
  })

  test('whose answer is a gap too is left for the next connection', () => {
    const { outbox } = filled(1)
    outbox.open(1)
    outbox.take()
    outbox.rejected(1, 'gap')
    outbox.answer(new Uint8Array([0, 0]))
    outbox.rejected(2, 'gap')
    outbox.settled(2)
    expect(outbox.mayAnswer).toBe(false)
    expect(outbox.take()).toEqual([])
    expect(outbox.hasBlocked).toBe(true)
    outbox.open(1)
    expect(outbox.take()).toHaveLength(1)
  })

  test('that closes elsewhere is tried again, and no other', () => {
    const { outbox, edits } = filled(1)
    for (const edit of filled(1, 2).edits) outbox.add(edit)
    outbox.open(1)
    outbox.take()
    for (const ordinal of [1, 2]) outbox.rejected(ordinal, 'gap')
    outbox.settled(2)
    outbox.retry(({ id }) => id === edits[0]?.id)
    expect(outbox.take()).toHaveLength(1)
    outbox.rejected(3, 'gap')
    expect(outbox.take()).toEqual([])
  })

  test('that nobody asks about is tried again when something of ours was taken', () => {
    const { outbox } = filled(1, 1)
    outbox.open(1)
    outbox.take()
    outbox.rejected(1, 'gap')
    for (const edit of filled(1, 2).edits) outbox.add(edit)
    expect(outbox.take()).toHaveLength(1)
    outbox.settled(2)
    expect(outbox.take()).toHaveLength(1)
  })
})

/** A server that takes messages in order, refuses some values, and says so as the real one does. */
const refusing = (isBad: (key: string) => boolean) => {
  const doc = new Y.Doc()
  const judge = (update: Uint8Array): Refusal | undefined => {
    const trial = new Y.Doc()
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(doc))
    Y.applyUpdate(trial, update)
    if (trial.store.pendingStructs !== null) return 'gap'
    return [...trial.getMap('fields').keys()].some(isBad) ? 'bad-value' : undefined
  }
  return { doc, judge }
}

test('[P1] through cuts, refusals and gaps every edit ends committed, refused or kept, in finite talk', () => {
  const turn = fc.record({ edits: fc.nat(3), cut: fc.boolean(), settle: fc.boolean() })
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 12 }), fc.nat(20), (turns, bad) => {
      const server = refusing((key) => key === `k${bad}`)
      let device = tab(1)
      const outbox = new Outbox()
      const settled = new Set<string>()
      const refused: Edit[] = []
      /** As the replica does it: what is left goes on under another client id. */
      const refuse = (edits: readonly Edit[]): void => {
        if (edits.length === 0) return
        refused.push(...edits)
        const before = ids(outbox.pending)
        const keys = outbox.pending.map(({ touches }) => touches[0] ?? '')
        device = tab(device.doc.clientID + 1)
        Y.applyUpdate(device.doc, Y.encodeStateAsUpdate(server.doc))
        device.edits.length = 0
        for (const key of keys) device.set(key, 'x')
        outbox.replace(before, device.edits)
      }
      let made = 0
      let ordinal = 0
      let messages = 0
      const talk = (): void => {
        for (let sent = outbox.take(); sent.length > 0; sent = outbox.take()) {
          let asks = false
          for (const { update } of sent) {
            messages++
            ordinal++
            const refusal = server.judge(update)
            if (refusal === undefined) Y.applyUpdate(server.doc, update)
            else refuse(outbox.rejected(ordinal, refusal))
            asks ||= refusal === 'gap'
          }
          for (const { id } of outbox.settled(ordinal)) settled.add(id)
          if (asks && outbox.mayAnswer) {
            const diff = Y.encodeStateAsUpdate(device.doc, Y.encodeStateVector(server.doc))
            const { update } = outbox.answer(diff)
            ordinal++
            const refusal = server.judge(update)
            if (refusal === undefined) Y.applyUpdate(server.doc, update)
            else refuse(outbox.rejected(ordinal, refusal))
            for (const { id } of outbox.settled(ordinal)) settled.add(id)
          }
        }
      }
      for (const { edits, cut, settle } of turns) {
        if (cut) {
          outbox.open(1)
          ordinal = 0
        }
        for (let n = 0; n < edits; n++) {
          outbox.add(device.set(`k${made++}`, 'x'))
        }
        if (settle) talk()
      }
      outbox.open(1)
      ordinal = 0
      talk()
      expect(outbox.pending).toEqual([])
      expect(refused).toHaveLength(bad < made ? 1 : 0)
      expect(server.doc.getMap('fields').size).toBe(made - refused.length)
      expect(messages).toBeLessThan(made * 4 + turns.length * 4 + 4)
    }),
    { numRuns: 300 },
  )
})
