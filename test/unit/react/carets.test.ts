import { aboutText } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { type CaretPlace, placeCaret } from '../../../client/react/cursors/caret-place.js'
import { glide, isLabelShown } from '../../../client/react/cursors/glide.js'
import { cursorsIn, type RemoteCursor } from '../../../client/react/cursors/remote-cursors.js'
import { contactId } from '../contact-id.js'

const OWN = { clientId: 1, userId: 'ana' }
const user = { id: 'bo', name: 'Bo', color: '#0070a3', joinedAt: 1 }
const ID = contactId('contact-0')

const only = (state: Record<string, unknown>): RemoteCursor | undefined =>
  cursorsIn([[2, { user, ...state }]], OWN)[0]

const indexCursor = (head: number, length: number): RemoteCursor => {
  const position = { anchor: head, head, length }
  const found = only({ cursor: { contactId: ID, field: 'name', position } })
  if (found === undefined) throw new Error('no cursor')
  return found
}

describe('carets in presence states', () => {
  it('[V5] are those of others, in the field that they are in', () => {
    const cursor = { contactId: ID, field: 'name', position: 3 }
    expect(only({ cursor })?.key).toBe('contact-0/name')
    const editing = { contactId: ID, field: 'company' }
    expect(only({ cursor, editing })).toBeUndefined()
    expect(only({ cursor: null })).toBeUndefined()
    expect(cursorsIn([[1, { user, cursor }]], OWN)).toEqual([])
    expect(cursorsIn([[3, { user: { ...user, id: 'ana' }, cursor }]], OWN)).toEqual([])
  })

  it.each([
    [{ cursor: 'here' }],
    [{ cursor: { contactId: ID, field: 7, position: 1 } }],
    [{ cursor: { contactId: ID, field: 'name', position: -1 } }],
    [{ cursor: { contactId: ID, field: 'name', position: 1.5 } }],
    [{ cursor: { contactId: ID, field: 'name', position: { head: 'x' } } }],
    [{ cursor: { anchor: 1, head: 2 } }],
    [{ cursor: { anchor: {}, head: { tname: 'contacts' } } }],
    [{ cursor: { anchor: {}, head: { tname: 'about/../x' } } }],
    [{ user: null, cursor: { contactId: ID, field: 'name', position: 1 } }],
  ])('[V5] are left out where somebody’s client put nonsense: %j', (state) => {
    expect(only(state)).toBeUndefined()
  })
})

describe('a caret in a text that merges letter by letter', () => {
  const setUp = () => {
    const doc = new Y.Doc()
    const text = aboutText(doc, ID)
    text.insert(0, 'hello world')
    const at = (index: number): RemoteCursor => {
      const head = Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index))
      const found = only({ cursor: { anchor: head, head } })
      if (found === undefined) throw new Error('no cursor')
      return found
    }
    return { doc, text, at }
  }

  it('[V5] stays on its letter whatever is written before it', () => {
    const { doc, text, at } = setUp()
    const cursor = at(6)
    const first = placeCaret(cursor, text.toString(), doc, undefined)
    expect(first.index).toBe(6)
    text.insert(0, 'oh, ')
    expect(placeCaret(cursor, text.toString(), doc, first).index).toBe(10)
  })

  it('[V5] stays where it was while it speaks of letters that are not here yet', () => {
    const { doc, text, at } = setUp()
    const first = placeCaret(at(6), text.toString(), doc, undefined)
    const head = { tname: `about/${ID}`, item: { client: 77, clock: 5 } }
    const ahead = only({ cursor: { anchor: head, head } })
    if (ahead === undefined) throw new Error('no cursor')
    expect(placeCaret(ahead, text.toString(), doc, first).index).toBe(6)
  })

  it('[V5] makes no root in the document, and bears any item', () => {
    const { doc } = setUp()
    for (const item of [null, 7, 'x', { client: 'x', clock: {} }, { client: -1, clock: -1 }]) {
      const head = { tname: 'about/somebody', item }
      const cursor = only({ cursor: { anchor: head, head } })
      if (cursor !== undefined) placeCaret(cursor, 'text', doc, undefined)
    }
    expect([...doc.share.keys()]).toEqual([`about/${ID}`])
  })
})

describe('a caret in a field', () => {
  const doc = new Y.Doc()
  const place = (cursor: RemoteCursor, text: string, before?: CaretPlace): CaretPlace =>
    placeCaret(cursor, text, doc, before)

  it('[V5] waits for the letters that it speaks of, then stands among them', () => {
    const before = place(indexCursor(1, 4), 'abcd')
    expect(before.index).toBe(1)
    const typed = indexCursor(2, 5)
    const waits = place(typed, 'abcd', before)
    expect(waits.index).toBe(1)
    expect(place(typed, 'aXbcd', waits).index).toBe(2)
  })

  it('[V5] stays on its letters when somebody else writes before it', () => {
    const before = place(indexCursor(3, 4), 'abcd')
    const moved = place(indexCursor(3, 4), 'XXabcd', before)
    expect(moved.index).toBe(5)
    expect(place(indexCursor(3, 4), 'XXabcd', moved).index).toBe(5)
  })

  it('[V5] is never beyond the text', () => {
    expect(place(indexCursor(9, 12), 'abc').index).toBe(3)
    expect(place(indexCursor(9, 3), 'abc').index).toBe(3)
  })
})

describe('a gliding caret', () => {
  it('[V6] comes nearer with every frame, and arrives', () => {
    const to = { x: 100, y: 40 }
    let at = { x: 0, y: 0 }
    let frames = 0
    while (at !== to) {
      const next = glide(at, to, 16)
      expect(next.x).toBeGreaterThan(at.x)
      at = next
      frames++
    }
    expect(frames).toBeGreaterThan(5)
    expect(frames).toBeLessThan(20)
    expect(glide({ x: 0, y: 0 }, to, -5)).toEqual({ x: 0, y: 0 })
  })

  it('[V6] shows its name for 2 s after the last move', () => {
    expect(isLabelShown(1_000, 2_999)).toBe(true)
    expect(isLabelShown(1_000, 3_000)).toBe(false)
  })
})
