import type { NoteId } from 'kith-shared'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AskAuthors, AuthorAsker } from '../../../demo/src/contact/author-asker.js'

const ANA = { id: 'ana', name: 'Ana' }
const note = (id: string) => id as NoteId

/** A server that knows some notes, and can be held up or fail. */
const play = (known: readonly string[] = []) => {
  const heard = new Map<string, string>()
  const asked: string[][] = []
  let waiting: ((works: boolean) => void)[] = []
  const asker = new AuthorAsker({
    isKnown: (noteId) => heard.has(noteId),
    tell: (noteId, author) => heard.set(noteId, author.id),
  })
  const ask: AskAuthors = async (noteIds) => {
    asked.push([...noteIds])
    const works = await new Promise<boolean>((resolve) => waiting.push(resolve))
    if (!works) return undefined
    return noteIds.flatMap((noteId) => (known.includes(noteId) ? [{ noteId, author: ANA }] : []))
  }
  const answer = async (works = true): Promise<void> => {
    const due = waiting
    waiting = []
    for (const resolve of due) resolve(works)
    await vi.advanceTimersByTimeAsync(0)
  }
  const want = async (...ids: string[]): Promise<void> => {
    for (const id of ids) asker.want(note(id))
    await vi.advanceTimersByTimeAsync(0)
  }
  return { asker, heard, asked, ask, answer, want }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('asking who wrote notes', () => {
  test('[W23] is one request for all that are shown at once, and none where all are known', async () => {
    const { asker, asked, ask, answer, want, heard } = play(['n1', 'n2'])
    asker.connect(ask)
    await want('n1', 'n2', 'n1')
    expect(asked).toEqual([['n1', 'n2']])
    await answer()
    expect([...heard.keys()]).toEqual(['n1', 'n2'])
    heard.set('n3', 'bo')
    await want('n3')
    expect(asked).toHaveLength(1)
  })

  test('[W23] waits for a connection', async () => {
    const { asker, asked, ask, want } = play()
    await want('n1')
    expect(asked).toEqual([])
    asker.connect(ask)
    expect(asked).toEqual([['n1']])
  })

  test('[W23] never asks twice for a note that the server does not know', async () => {
    const { asker, asked, ask, answer, want } = play()
    asker.connect(ask)
    await want('n1')
    await answer()
    await want('n1')
    asker.connect(undefined)
    asker.connect(ask)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(asked).toEqual([['n1']])
  })

  test('[W23] goes on after a failure with the next connection, or after a while', async () => {
    const { asker, asked, ask, answer, want, heard } = play(['n1'])
    asker.connect(ask)
    await want('n1')
    await answer(false)
    await want('n1')
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked).toHaveLength(2)
    await answer(false)
    asker.connect(undefined)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(2)
    asker.connect(ask)
    expect(asked).toHaveLength(3)
    await answer()
    expect(heard.get('n1')).toBe('ana')
  })

  test('[W23] a request that a drop ended is made again on the connection that came since', async () => {
    const { asker, asked, ask, answer, want } = play()
    asker.connect(ask)
    await want('n1')
    asker.connect(undefined)
    asker.connect((noteIds) => ask(noteIds))
    expect(asked).toHaveLength(1)
    await answer(false)
    expect(asked).toHaveLength(2)
  })

  test('[P7] asks for a hundred at a time, one request after the other', async () => {
    const { asker, asked, ask, answer, want } = play()
    asker.connect(ask)
    await want(...Array.from({ length: 250 }, (_, at) => `n${at}`))
    expect(asked.map(({ length }) => length)).toEqual([100])
    await want('late')
    await answer()
    await answer()
    await answer()
    expect(asked.map(({ length }) => length)).toEqual([100, 100, 51])
  })
})
