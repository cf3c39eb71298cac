import { describe, expect, it } from 'vitest'
import { byChange } from '../../../demo/src/list/changed-times.js'
import { parseFilters, withNamed } from '../../../demo/src/list/kept-filters.js'
import { NO_FILTER } from '../../../demo/src/list/list-filter.js'
import { matching } from '../../../demo/src/palette/command.js'
import {
  amongListed,
  extended,
  NOTHING_PICKED,
  type Selection,
  toggled,
} from '../../../demo/src/selection/selection.js'
import { contactId } from '../document/play.js'

const ids = ['a', 'b', 'c', 'd', 'e'].map(contactId)
const said = ({ picked }: Selection): string => [...picked].sort().join('')

describe('a selection', () => {
  it('[W3] grows from where it began, in both directions, and by single ones', () => {
    let now = toggled(NOTHING_PICKED, contactId('c'))
    now = extended(now, ids, contactId('d'))
    expect(said(now)).toBe('cd')
    expect(said(extended(now, ids, contactId('a')))).toBe('abcd')
    now = toggled(now, contactId('c'))
    expect(said(now)).toBe('d')
    expect(said(extended(NOTHING_PICKED, ids, contactId('d'), contactId('b')))).toBe('bcd')
    expect(said(extended(NOTHING_PICKED, ids, contactId('d')))).toBe('d')
    expect(said(extended(now, ids, contactId('gone')))).toBe('dgone')
  })

  it('[W3] never holds what the list does not show', () => {
    const now = extended(toggled(NOTHING_PICKED, contactId('a')), ids, contactId('c'))
    expect(amongListed(now, ids)).toBe(now)
    expect(said(amongListed(now, ids.slice(1)))).toBe('bc')
    expect(amongListed(now, [])).toBe(NOTHING_PICKED)
  })
})

describe('filters on the device', () => {
  it('[W4] are read whatever lies there', () => {
    for (const value of [
      null,
      7,
      'x',
      [],
      { last: 3, named: {} },
      { named: [null, { name: '' }] },
    ]) {
      expect(parseFilters(value)).toEqual({ last: NO_FILTER, named: [] })
    }
    const last = { tags: ['vip', 4], match: 'none', favorites: 'yes', sort: '__proto__' }
    expect(parseFilters({ last }).last).toEqual({ ...NO_FILTER, tags: ['vip'] })
  })

  it('[W4] have one name each', () => {
    const named = withNamed([{ name: 'b', filter: NO_FILTER }], 'a', NO_FILTER)
    expect(withNamed(named, 'b', { ...NO_FILTER, favorites: true })).toEqual([
      { name: 'a', filter: NO_FILTER },
      { name: 'b', filter: { ...NO_FILTER, favorites: true } },
    ])
  })

  it('[W4] go by the last change, and by creation where none is known', () => {
    const created = new Map(ids.map((id, at) => [id, 100 - at]))
    const times = { of: (id: string) => (id === 'd' ? 500 : id === 'e' ? 98.5 : undefined) }
    expect(byChange(ids, times, (id) => created.get(id) ?? 0).join('')).toBe('dabec')
  })
})

describe('commands', () => {
  const commands = [
    { words: 'Import contacts…', also: 'upload' },
    { words: 'Theme: dark', also: 'night' },
    { words: 'Deleted contacts', also: 'trash imported' },
  ]
  const found = (search: string) => matching(commands, search).map(({ words }) => words)

  it('[W2] are found by the beginnings of words, their own first', () => {
    expect(found('')).toHaveLength(3)
    expect(found('imp')).toEqual(['Import contacts…', 'Deleted contacts'])
    expect(found('dark the')).toEqual(['Theme: dark'])
    expect(found('NÍGHT')).toEqual(['Theme: dark'])
    expect(found('port')).toEqual([])
  })
})
