import fc from 'fast-check'
import { type Refusal, UPDATE_SPLIT_BYTES } from 'kith-shared'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { type Edit, Outbox } from '../../../client/core/outbox.js'

/** A tab: its document, and its edits in order. */
const tab = (clientId: number) => {
  const doc = new Y.Doc()
  doc.clientID = clientId
  const edits: Edit[] = []
  doc.on('update', (update: Uint8Array) => {
    const id = `${clientId}-${String(edits.length).padStart(5, '0')}`
    edits.push({ id, owner: clientId, clientId, update, touches: [id] })
  })
  const set = (key: string, value: string): Edit => {
    doc.getMap('fields').set(key, value)
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
    outbox.open()
    expect(outbox.take()).toHaveLength(1)
    outbox.close()
    expect(ids(outbox.pending)).toEqual(ids(edits))
    outbox.open()
    outbox.take()
    expect(outbox.settled(0)).toEqual([])
    expect(ids(outbox.settled(1))).toEqual(ids(edits))
    expect(outbox.pending).toEqual([])
  })

  test('what was sent is not sent again on one connection', () => {
    const { outbox } = filled(1)
    outbox.open()
    expect(outbox.take()).toHaveLength(1)
    expect(outbox.take()).toEqual([])
  })

  test('small edits go together, at most 50 in a message', () => {
    const { outbox } = filled(120)
    outbox.open()
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
    outbox.open()
    const messages = outbox.take()
    expect(messages.length).toBeGreaterThan(2)
    for (const { update } of messages) expect(update.length).toBeLessThanOrEqual(UPDATE_SPLIT_BYTES)
    expect(outbox.settled(messages.length - 1)).toEqual([])
    expect(outbox.settled(messages.length)).toHaveLength(1)
  })

  test('[P7] no more messages are under way than the window holds', () => {
    const { set } = tab(1)
    const outbox = new Outbox()
    outbox.open()
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
    outbox.open()
    expect(outbox.take()).toHaveLength(2)
    expect(outbox.clientIds).toEqual([1, 2])
  })

  test("a viewer's edits wait for another role", () => {
    const { outbox } = filled(1)
    outbox.setMayWrite(false)
    outbox.open()
    expect(outbox.take()).toEqual([])
    outbox.setMayWrite(true)
    expect(outbox.take()).toHaveLength(1)
    outbox.rejected(1, 'read-only')
    expect(outbox.refused).toEqual([])
    expect(outbox.take()).toEqual([])
    expect(outbox.pending).toHaveLength(1)
  })
})

describe('a refusal', () => {
  test('among merged edits sends each by itself, and keeps aside the one that is meant', () => {
    const { outbox, edits } = filled(3)
    outbox.open()
    expect(outbox.take()).toHaveLength(1)
    expect(outbox.rejected(1, 'bad-value')).toEqual([])
    outbox.settled(1)
    expect(outbox.take()).toHaveLength(3)
    expect(ids(outbox.rejected(3, 'bad-value'))).toEqual([edits[1]?.id])
    expect(outbox.refused[0]?.refused).toBe('bad-value')
    expect(ids(outbox.settled(3))).toEqual([edits[0]?.id])
  })

  test('blocks what follows under its client id, and nothing else', () => {
    const { outbox, edits } = filled(1)
    outbox.open()
    outbox.take()
    outbox.rejected(1, 'bad-value')
    expect(outbox.isBlocked(1)).toBe(true)
    const mine = tab(1)
    mine.set('a', '1')
    outbox.add({ ...mine.set('b', '2'), id: 'later' })
    for (const edit of filled(1, 2).edits) outbox.add(edit)
    expect(outbox.take()).toHaveLength(1)
    expect(outbox.hasBlocked).toBe(true)
    expect(ids(outbox.refused)).toEqual(ids(edits))
  })

  test('is remembered on the device, and not sent again after the next start', () => {
    const { edits } = filled(2)
    const [first, second] = edits
    if (first === undefined || second === undefined) throw new Error('two edits')
    const outbox = new Outbox()
    outbox.add({ ...first, refused: 'bad-value' })
    outbox.add(second)
    outbox.open()
    expect(outbox.take()).toEqual([])
    expect(outbox.pending).toEqual([])
    expect(outbox.aside).toHaveLength(2)
    expect(outbox.hasBlocked).toBe(true)
  })
})

describe('a gap', () => {
  test('is answered once, with what covers all that is unsettled', () => {
    const { outbox, edits } = filled(2)
    outbox.open()
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
    outbox.open()
    outbox.take()
    outbox.rejected(1, 'gap')
    outbox.answer(new Uint8Array([0, 0]))
    outbox.rejected(2, 'gap')
    outbox.settled(2)
    expect(outbox.mayAnswer).toBe(false)
    expect(outbox.take()).toEqual([])
    expect(outbox.hasBlocked).toBe(true)
    outbox.open()
    expect(outbox.take()).toHaveLength(1)
  })

  test('is not answered by a document that holds a refused edit', () => {
    const { outbox } = filled(1)
    outbox.open()
    outbox.take()
    outbox.rejected(1, 'bad-value')
    expect(outbox.mayAnswer).toBe(false)
  })

  test('that nobody asks about is tried again when something of ours was taken', () => {
    const { outbox } = filled(1, 1)
    outbox.open()
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
      const { doc, set } = tab(1)
      const outbox = new Outbox()
      const settled = new Set<string>()
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
            else outbox.rejected(ordinal, refusal)
            asks ||= refusal === 'gap'
          }
          for (const { id } of outbox.settled(ordinal)) settled.add(id)
          if (asks && outbox.mayAnswer) {
            const diff = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(server.doc))
            const { update } = outbox.answer(diff)
            ordinal++
            const refusal = server.judge(update)
            if (refusal === undefined) Y.applyUpdate(server.doc, update)
            else outbox.rejected(ordinal, refusal)
            for (const { id } of outbox.settled(ordinal)) settled.add(id)
          }
        }
      }
      for (const { edits, cut, settle } of turns) {
        if (cut) {
          outbox.open()
          ordinal = 0
        }
        for (let n = 0; n < edits; n++) {
          if (outbox.isBlocked(doc.clientID)) doc.clientID++
          outbox.add({ ...set(`k${made++}`, 'x'), clientId: doc.clientID })
        }
        if (settle) talk()
      }
      outbox.open()
      ordinal = 0
      talk()
      const [kept, aside] = [ids(outbox.pending), outbox.aside]
      expect(settled.size + kept.length + aside.length).toBe(made)
      expect(outbox.refused).toHaveLength(bad < made ? 1 : 0)
      if (bad >= made) expect(kept).toEqual([])
      expect(server.doc.getMap('fields').size).toBe(settled.size)
      expect(messages).toBeLessThan(made * 4 + turns.length * 4 + 4)
    }),
    { numRuns: 300 },
  )
})

describe('what is set aside', () => {
  /** Three edits of one client id, each in its own message; the second is refused. */
  const refusedSecond = () => {
    const { set } = tab(1)
    const outbox = new Outbox()
    outbox.open()
    for (const key of ['a', 'b', 'c']) {
      outbox.add(set(key, 'value'))
      outbox.take()
    }
    outbox.rejected(2, 'bad-value')
    outbox.rejected(3, 'gap')
    outbox.settled(3)
    return { outbox, set }
  }

  test('[P5] edits behind a refused one are told of with it, and not as pending', () => {
    const { outbox } = refusedSecond()
    expect(outbox.pending).toEqual([])
    expect(outbox.aside).toMatchObject([
      { edit: { id: '1-00001' }, reason: 'bad-value' },
      { edit: { id: '1-00002' }, reason: 'bad-value', blockedBy: '1-00001' },
    ])
    outbox.close()
    outbox.open()
    expect(outbox.take()).toEqual([])
    expect(outbox.aside).toHaveLength(2)
  })

  test('whoever gives up a refused edit leaves what was behind it refused in its place', () => {
    const { outbox } = refusedSecond()
    const heirs = outbox.discard('1-00001')
    expect(heirs).toMatchObject([{ id: '1-00002', refused: 'bad-value' }])
    expect(outbox.aside).toMatchObject([{ edit: { id: '1-00002' } }])
    expect(outbox.aside[0]).not.toHaveProperty('blockedBy')
    expect(outbox.discard('1-00002')).toEqual([])
    expect(outbox.aside).toEqual([])
  })

  test('one behind a refused edit can be given up by itself', () => {
    const { outbox } = refusedSecond()
    expect(outbox.discard('1-00002')).toEqual([])
    expect(outbox.aside).toMatchObject([{ edit: { id: '1-00001' } }])
  })

  test('[P3] what can still be sent is not given up', () => {
    const { outbox } = filled(1)
    expect(outbox.discard('1-00000')).toBeUndefined()
    expect(outbox.pending).toHaveLength(1)
  })

  test('[P3] the answer to a gap settles nothing that the document does not hold', () => {
    const { edits } = filled(3)
    const [first, second, third] = edits
    if (!first || !second || !third) throw new Error('no edits')
    const outbox = new Outbox()
    outbox.add({ ...second, refused: 'bad-value' })
    outbox.add(third)
    // Made before the refused one, adopted after it.
    outbox.add(first)
    outbox.open()
    expect(ids(outbox.pending)).toEqual([first.id])
    expect(outbox.take()).toHaveLength(1)
    outbox.rejected(1, 'gap')
    outbox.answer(new Uint8Array([0, 0]))
    expect(ids(outbox.settled(2))).toEqual([first.id])
    expect(outbox.aside).toHaveLength(2)
  })
})
