import { describe, expect, it } from 'vitest'
import { joinedWords, presenceWords } from '../../../client/react/presence/presence-words.js'
import {
  type People,
  type PeopleNow,
  steadyPeople,
} from '../../../client/react/presence/steady-people.js'
import { typingWords } from '../../../client/react/presence/typing-words.js'
import type { Person } from '../../../client/react/use-presence.js'

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id,
  email: null,
  color: '#0070a3',
  status: 'online',
  editing: null,
  typing: false,
  isSelf: false,
  ...more,
})

const play = () => {
  let shown: People | undefined
  return (phase: PeopleNow['phase'], ...ids: string[]): string[] => {
    shown = steadyPeople(shown, { self: undefined, others: ids.map((id) => person(id)), phase })
    return shown.others.map(({ id }) => id)
  }
}

describe('who is shown', () => {
  it('[V3] stays through a short drop, and until the connection has told who is left', () => {
    const now = play()
    now('settling', 'bo')
    expect(now('settled', 'bo', 'cy')).toEqual(['bo', 'cy'])
    expect(now('dropped')).toEqual(['bo', 'cy'])
    expect(now('settling')).toEqual(['bo', 'cy'])
    expect(now('settling', 'cy', 'di')).toEqual(['bo', 'cy', 'di'])
    expect(now('settled', 'cy', 'di')).toEqual(['cy', 'di'])
  })

  it('[V3] goes when a drop is a long one', () => {
    const now = play()
    now('settled', 'bo')
    now('dropped')
    expect(now('settled')).toEqual([])
  })
})

describe('what is said of people', () => {
  it('[V1] names a status that is not online, the field and the contact', () => {
    const editing = { contactId: 'c', field: 'phones/1/value' }
    expect(presenceWords(person('Bo'), undefined)).toBe('Bo, here now')
    expect(presenceWords(person('Bo', { status: 'idle' }), undefined)).toBe('Bo, idle')
    expect(presenceWords(person('Bo', { editing }), 'Ana Ruiz')).toBe(
      'Bo, editing Phone of Ana Ruiz',
    )
    expect(presenceWords(person('Bo', { editing, typing: true, status: 'away' }), undefined)).toBe(
      'Bo, away, typing in Phone',
    )
    expect(presenceWords(person('Bo', { isSelf: true, editing }), 'Ana Ruiz')).toBe('Bo (you)')
    expect(presenceWords(person('Bo', { isSelf: true, status: 'offline' }), undefined)).toBe(
      'Bo (you), not connected',
    )
  })

  it('[V3] names who joins', () => {
    expect(joinedWords(['Bo'])).toBe('Bo is here')
    expect(joinedWords(['Bo', 'Cy', 'Di'])).toBe('Bo and 2 more are here')
  })

  it('[V4] names one who types and counts several', () => {
    expect(typingWords([])).toBe('')
    expect(typingWords(['Ana'])).toBe('Ana is typing…')
    expect(typingWords(['Ana', 'Bo', 'Cy'])).toBe('3 people are typing…')
  })
})
