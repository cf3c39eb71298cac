import { type ContactInput, createContact } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import { findDuplicates, nameKey, phoneKey } from '../../../demo/src/duplicates/find.js'
import { chosenValue, joinedText, planMerge } from '../../../demo/src/duplicates/plan-merge.js'
import { contactId, Person } from '../document/play.js'

const contactsOf = (people: Record<string, ContactInput>) => {
  const person = new Person()
  let now = 1
  for (const [id, input] of Object.entries(people)) {
    createContact(person.doc, contactId(id), input, { now: now++, newId: person.newId })
  }
  return Object.keys(people).flatMap((id) => person.index.contact(contactId(id)) ?? [])
}

const groups = (people: Record<string, ContactInput>): string[] =>
  findDuplicates(contactsOf(people)).map(({ ids, alike }) => `${ids.join(' ')}: ${alike.join(' ')}`)

const emails = (...values: string[]) => values.map((value) => ({ value }))

describe('duplicates', () => {
  it('[W6] are contacts with the same email, phone or name, however it is written', () => {
    expect(
      groups({
        a: { name: 'Ana Lima', emails: emails('ana@example.com') },
        b: { name: 'A. Lima', emails: emails(' ANA@Example.com ') },
        c: { name: 'Bo', phones: [{ value: '+351 912 345 678' }] },
        d: { name: 'Bo Ruiz', phones: [{ value: '00351-912-345-678' }] },
        e: { name: 'Bob', phones: [{ value: '912345678 ext. 4' }] },
        f: { name: 'Émile  Zola' },
        g: { name: 'emile zola' },
        h: { name: 'Nobody Else', emails: emails('no address'), phones: [{ value: '112' }] },
        i: { name: 'Nobody', emails: emails('no address'), phones: [{ value: '112' }] },
      }),
    ).toEqual(['a b: email', 'c d e: phone', 'f g: name'])
  })

  it('[W6] are one group where each shares something with a third, the oldest first', () => {
    expect(
      groups({
        z: { name: 'Ana', emails: emails('a@x.org') },
        y: { name: 'Ana', phones: [{ value: '5550100123' }] },
        x: { name: 'A.', phones: [{ value: '5550100123' }, { value: '555 010 0123' }] },
      }),
    ).toEqual(['z y x: phone name'])
  })

  it('[W6] are not a whole office that shares one number', () => {
    const office = Array.from({ length: 11 }, (_, at): [string, ContactInput] => [
      `p${at}`,
      { name: `Person ${at}`, phones: [{ value: '+1 555 010 0000' }] },
    ])
    expect(groups(Object.fromEntries(office))).toEqual([])
    expect(groups(Object.fromEntries(office.slice(0, 10)))).toHaveLength(1)
  })

  it('[W6] are looked for in whatever a field holds', () => {
    expect(phoneKey('constructor')).toBe('')
    expect(nameKey('…!')).toBe('')
    const hostile = { name: '__proto__', emails: emails('__proto__@', '@') }
    expect(groups({ a: hostile, b: hostile })).toEqual(['a b: email name'])
  })
})

describe('a merge', () => {
  const [ana, bo] = contactsOf({
    ana: {
      name: 'Ana',
      company: 'Acme',
      tags: ['vip'],
      emails: [{ id: 'one', label: 'Work', value: 'ana@x.org' }],
    },
    bo: {
      name: 'Ana Lima',
      company: 'Beta',
      title: 'Owner',
      favorite: true,
      tags: ['vip', 'north'],
      emails: [
        { id: 'one', value: 'lima@x.org' },
        { id: 'two', label: 'Home', value: 'ANA@x.org' },
      ],
      addresses: [{ id: 'at', city: 'Oslo' }],
    },
  })
  const both = [ana, bo].flatMap((contact) => contact ?? [])
  const plan = (choices = {}) => planMerge(both, choices, () => 'fresh')

  it('[W6] takes what was chosen, and where nothing was, the first value there is', () => {
    expect(plan()?.changes).toEqual({ title: 'Owner', favorite: true })
    expect(plan({ company: contactId('bo'), name: contactId('bo') })?.changes).toEqual({
      name: 'Ana Lima',
      company: 'Beta',
      title: 'Owner',
      favorite: true,
    })
    expect(plan({ title: contactId('ana') })?.changes).toEqual({ favorite: true })
    expect(chosenValue(both, 'title', { title: contactId('nobody') })).toBe('Owner')
  })

  it('[W6] keeps the emails, addresses and tags of all, each once, and none in place of another', () => {
    expect(plan()?.entries).toEqual([
      { list: 'emails', entry: { id: 'fresh', label: '', value: 'lima@x.org' } },
      { list: 'addresses', entry: expect.objectContaining({ id: 'at', city: 'Oslo' }) },
    ])
    expect(plan()).toMatchObject({ into: 'ana', from: ['bo'], tags: ['north'] })
    expect(planMerge(both.slice(0, 1), {}, () => 'fresh')).toBeUndefined()
  })

  it('[W6] puts long texts one after the other, those said already left out', () => {
    expect(joinedText(['Met in Oslo.', '  ', 'Likes tea.', 'Oslo', ''])).toBe(
      'Met in Oslo.\n\nLikes tea.',
    )
    expect(joinedText([])).toBe('')
  })
})
