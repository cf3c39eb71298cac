import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { rebase } from '../../../client/core/rebase.js'

const ROOT = 'about/words'

const docOf = (clientId: number, ...updates: Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  doc.clientID = clientId
  return doc
}

const stateOf = (clientId: number, text: string): Uint8Array => {
  const doc = docOf(clientId)
  doc.getText(ROOT).insert(0, text)
  return Y.encodeStateAsUpdate(doc)
}

/** The update of one edit. */
const edit = (doc: Y.Doc, act: (text: Y.Text) => void): Uint8Array => {
  const updates: Uint8Array[] = []
  const take = (update: Uint8Array) => updates.push(update)
  doc.on('update', take)
  doc.transact(() => act(doc.getText(ROOT)))
  doc.off('update', take)
  return updates[0] ?? new Uint8Array()
}

/**
 * Another tab has moved its own Y and our X, which it put at `at` beside it; of Y nobody has told us.
 * Then we do something in the epoch that is over. Gives the text of who has it all.
 */
const lateEdit = (at: number, act: (text: Y.Text) => void): string => {
  const [closing, opening] = [stateOf(1, 'ab'), stateOf(2, 'ab')]
  const here = docOf(3, closing)
  const was = edit(here, (text) => text.insert(1, 'X'))
  const there = docOf(9, opening)
  edit(there, (text) => text.insert(1, 'Y'))
  const is = edit(there, (text) => text.insert(at, 'X'))
  const late = edit(here, act)
  const { moved, doc } = rebase({
    before: [closing],
    after: [opening],
    pairs: [{ was, is }],
    unsent: [{ id: 'late', update: late, fate: 'moved' }],
    clientId: 20,
  })
  doc.destroy()
  Y.applyUpdate(there, moved.get('late')?.update ?? new Uint8Array([0, 0]))
  return there.getText(ROOT).toString()
}

describe('letters whose neighbours only another tab knows', () => {
  test.each([
    ['left of one', 1, 'aYb', 'aXYZb'],
    ['right of one', 2, 'aYb', 'aYXZb'],
  ])(
    '[E9] are taken away, and have what is typed behind them behind them: %s',
    (_, at, taken, typed) => {
      expect(lateEdit(at, (text) => text.delete(1, 1))).toBe(taken)
      expect(lateEdit(at, (text) => text.insert(2, 'Z'))).toBe(typed)
    },
  )
})
