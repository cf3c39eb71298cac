import { type ContactInput, createContact } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import {
  type Dismissal,
  parseDismissals,
  undismissed,
  withDismissal,
  withoutDismissal,
} from '../../../demo/src/duplicates/dismissals.js'
import { findDuplicates } from '../../../demo/src/duplicates/find.js'
import { contactId, Person } from '../document/play.js'

const ids = (text: string): Dismissal => text.split(' ').map(contactId)

/** What is left to be looked at, of people of whom these were told apart. */
const left = (people: Record<string, ContactInput>, ...apart: string[]): string[] => {
  const { doc, index, newId } = new Person()
  let now = 1
  for (const [id, input] of Object.entries(people)) {
    createContact(doc, contactId(id), input, { now: now++, newId })
  }
  const contacts = Object.keys(people).flatMap((id) => index.contact(contactId(id)) ?? [])
  const groups = findDuplicates(contacts)
  return undismissed(groups, apart.map(ids), (id) => index.contact(id)).map(
    (group) => `${group.ids.join(' ')}: ${group.alike.join(' ')}`,
  )
}

const home = [{ value: '+351 912 345 678' }]
const family = {
  a: { name: 'Ana Lima', phones: home },
  b: { name: 'Bo Lima', phones: home },
  c: { name: 'Chiara Lima', phones: home },
}

describe('people who are not the same', () => {
  it('[W9] are gone from the list, all of them, until somebody new is like them', () => {
    expect(left(family)).toEqual(['a b c: phone'])
    expect(left(family, 'a b c')).toEqual([])
    const more = { ...family, d: { name: 'ana lima', phones: home } }
    expect(left(more, 'a b c')).toEqual(['a d: phone name', 'b d: phone', 'c d: phone'])
    expect(left(more, 'a b c', 'b d', 'c d')).toEqual(['a d: phone name'])
  })

  it('[W9] are told apart in pairs: two of three leave the third with each of them', () => {
    expect(left(family, 'a b')).toEqual(['a c: phone', 'b c: phone'])
    expect(left({ ...family, d: { name: 'Deniz', phones: home } }, 'a b')).toEqual([
      'a c d: phone',
      'b c d: phone',
    ])
    // c is like b alone, and must not be compared with a for that.
    const chain = {
      a: { name: 'Ana', phones: home },
      b: { name: 'Bo', phones: home },
      c: { name: 'Bo' },
    }
    expect(left(chain)).toEqual(['a b c: phone name'])
    expect(left(chain, 'a b')).toEqual(['b c: name'])
    expect(left(chain, 'x y')).toEqual(['a b c: phone name'])
  })

  it('[W9] can be brought back, and a second word about the same people counts once', () => {
    const one = withDismissal([], ids('a b'))
    const two = withDismissal(withDismissal(one, ids('c d')), ids('b a'))
    expect(two).toEqual([ids('c d'), ids('b a')])
    expect(withoutDismissal(two, ids('a b'))).toEqual([ids('c d')])
  })

  it('[W9] are as many as a device can keep, the newest, whatever it holds', () => {
    let all: readonly Dismissal[] = []
    for (let at = 0; at < 3_000; at++) all = withDismissal(all, ids(`a${at} b${at}`))
    expect(all).toHaveLength(2_500)
    expect(all.at(-1)).toEqual(ids('a2999 b2999'))
    expect(parseDismissals(JSON.parse(JSON.stringify(all)))).toEqual(all)
    const many = Array.from({ length: 51 }, (_, at) => `p${at}`)
    const hostile = [null, 'a', ['a'], ['a', 'a'], [1, 'a', '__proto__ x', 'b'], many, { 0: 'a' }]
    expect(parseDismissals(hostile)).toEqual([ids('a b')])
    for (const value of [null, 'a', {}, 7, undefined]) expect(parseDismissals(value)).toEqual([])
  })
})
