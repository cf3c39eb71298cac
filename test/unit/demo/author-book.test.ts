import { expect, test } from 'vitest'
import { AuthorBook } from '../../../demo/src/contact/author-book.js'

const ANA = { id: 'ana', name: 'Ana' }
const BO = { id: 'bo', name: 'Bo' }

const storage = (text?: string) => {
  const kept = { text, writes: 0 }
  return {
    kept,
    read: () => kept.text,
    write: (next: string) => {
      kept.text = next
      kept.writes++
    },
  }
}

test('[W23] the first word about a note counts, and is there after a reload', async () => {
  const device = storage()
  const book = new AuthorBook(device)
  book.add('n1', ANA)
  book.add('n1', BO)
  await Promise.resolve()
  expect(book.authorOf('n1')).toEqual(ANA)
  expect(new AuthorBook(device).authorOf('n1')).toEqual(ANA)
  expect(book.authorOf('n2')).toBeUndefined()
})

test('[W23] two tabs keep what each of them has heard', async () => {
  const device = storage()
  const [one, other] = [new AuthorBook(device), new AuthorBook(device)]
  one.add('n1', ANA)
  await Promise.resolve()
  other.add('n2', BO)
  await Promise.resolve()
  const later = new AuthorBook(device)
  expect([later.authorOf('n1'), later.authorOf('n2')]).toEqual([ANA, BO])
})

test('[W23] an import is written once, the newest notes are kept, and listeners hear it', async () => {
  const device = storage()
  const book = new AuthorBook(device)
  let heard = 0
  book.subscribe(() => heard++)
  for (let at = 0; at < 4_500; at++) book.add(`n${at}`, ANA)
  await Promise.resolve()
  expect([device.kept.writes, heard]).toEqual([1, 1])
  const later = new AuthorBook(device)
  expect(later.authorOf('n4499')).toEqual(ANA)
  expect(later.authorOf('n0')).toBeUndefined()
})

test.each(['', 'no json', '{}', '[1,[2],["n1"],["n1",3,4],["no id!","ana","Ana"]]'])(
  '[W23] what else may lie there names nobody: %s',
  (text) => {
    expect(new AuthorBook(storage(text)).authorOf('n1')).toBeUndefined()
  },
)
