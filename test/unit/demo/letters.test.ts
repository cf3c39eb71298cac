import { isContactId } from 'kith-shared'
import { describe, expect, it } from 'vitest'
import { LETTERS, letterAt, startOf } from '../../../demo/src/list/letters.js'

const NAMES = ['3 Musketeers', 'ana', 'Åsa', 'Bo', 'Dora', 'Émile', 'Zoë', '李小龍', '']
const ids = NAMES.map((_, at) => {
  const id = `01890a5d-ac96-7000-8000-${String(at).padStart(12, '0')}`
  if (!isContactId(id)) throw new Error(id)
  return id
})
const nameOf = (id: string): string => NAMES[Number(id.slice(-4))] ?? ''
const at = (letter: string): number => startOf(letter, ids, nameOf)

describe('the letters beside the list', () => {
  it('[W5] lead to the first name from there, accents and case aside', () => {
    expect(['#', 'A', 'B', 'D', 'E', 'Z'].map(at)).toEqual([0, 1, 3, 4, 5, 6])
  })

  it('[W5] lead to what comes next where no name begins with one', () => {
    expect([at('C'), at('F'), at('Y')]).toEqual([4, 6, 6])
  })

  it('[W5] are found by the height, also beyond either end', () => {
    expect([letterAt(-1), letterAt(0), letterAt(1.5 / LETTERS.length), letterAt(2)]).toEqual([
      '#',
      '#',
      'A',
      'Z',
    ])
  })
})
