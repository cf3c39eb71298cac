import { describe, expect, test } from 'vitest'
import { gapsOf, isFalling, shareAbove, spread } from '../../../bench/browser/frames.js'
import { judgeCases, mediansOf } from '../../../bench/browser/report.js'

describe('the browser’s figures', () => {
  test('have the median of each case and column over the rounds, also of one that came once', () => {
    const rounds = [
      { alone: { late: 5, early: 1 }, crowd: { late: 9 } },
      { alone: { late: 1, early: 2 } },
      { alone: { late: 3 } },
    ]
    expect(mediansOf(rounds)).toEqual({ alone: { late: 3, early: 2 }, crowd: { late: 9 } })
    expect(Object.keys(mediansOf(rounds))).toEqual(['alone', 'crowd'])
  })

  test('are judged in each case that the goal is for, and what was not measured is not reached', () => {
    const cases = {
      'typing a name': { late: 5 },
      'typing a text': { late: Number.NaN },
      search: { late: 9 },
    }
    const verdicts = judgeCases({ of: 'typing', column: 'late', atMost: 5 }, cases)
    expect(verdicts.map(({ of, reached }) => [of, reached])).toEqual([
      ['typing a name', true],
      ['typing a text', false],
    ])
    expect(judgeCases({ column: 'late', atMost: 9 }, cases)).toHaveLength(3)
    expect(judgeCases({ column: 'early', atMost: 9 }, cases)).toEqual([])
  })

  test('tell how far frames lie apart, and how many come late', () => {
    const gaps = gapsOf([0, 16, 33, 66])
    expect(gaps).toEqual([16, 17, 33])
    expect(shareAbove(gaps, 20)).toBeCloseTo(1 / 3)
    expect(shareAbove(gaps, 33)).toBe(0)
    expect(shareAbove([], 20)).toBeNaN()
  })

  test('leave what they summarise as it was', () => {
    const values = [3, 1, 2]
    expect(spread('seen', values)).toEqual({ 'seen p50, ms': 2, 'seen p95, ms': 3 })
    expect(values).toEqual([3, 1, 2])
  })

  test('know a count that goes down alone from one that comes back', () => {
    expect(isFalling([3, 3, 1, 0])).toBe(true)
    expect(isFalling([3, 1, 2, 0])).toBe(false)
    expect(isFalling([])).toBe(true)
  })
})
