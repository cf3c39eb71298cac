import { describe, expect, test } from 'vitest'
import { blockingTime, interactiveAt } from '../../../bench/browser/start-times.js'
import { workOf } from '../../../bench/browser/watched.js'

describe('a start', () => {
  test('is interactive with its first contents where no long task follows', () => {
    expect(interactiveAt(300, [])).toBe(300)
    expect(interactiveAt(300, [{ start: 100, end: 200 }])).toBe(300)
  })

  test('is interactive behind the last long task before five quiet seconds', () => {
    const tasks = [
      { start: 400, end: 500 },
      { start: 5_400, end: 5_600 },
      { start: 10_600, end: 10_700 },
    ]
    expect(interactiveAt(300, tasks)).toBe(5_600)
    expect(interactiveAt(300, tasks.slice(2))).toBe(300)
  })

  test('is blocked by what tasks take beyond 50 ms, between first contents and interactive', () => {
    const tasks = [
      { start: 200, end: 400 },
      { start: 500, end: 540 },
      { start: 600, end: 700 },
      { start: 9_000, end: 9_900 },
    ]
    expect(blockingTime(300, 700, tasks)).toBe(50 + 50)
  })
})

describe('a key', () => {
  test('costs its handling and its frame, and not the wait between the two', () => {
    expect(workOf({ at: 100, handled: 104, frame: 112, painted: 115 })).toBe(7)
  })

  test('costs no more than what passed, where its frame came first', () => {
    expect(workOf({ at: 100, handled: 120, frame: 112, painted: 115 })).toBe(15)
  })
})
