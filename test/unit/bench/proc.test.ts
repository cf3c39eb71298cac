import { describe, expect, test } from 'vitest'
import { cpuOf, cpuOfTree, parseKilobytes, parseStat, ticksOfTree } from '../../../bench/proc.js'

const statLine = (name: string): string =>
  `4711 (${name}) S 17 4711 4711 0 -1 4194560 1 2 3 4 250 50 7 3 20 0 11 0 99 0 0`

describe('what Linux counts of a process', () => {
  test('is read whatever its name holds', () => {
    const expected = { pid: 4711, parent: 17, ticks: 300, childTicks: 10 }
    for (const name of ['node', 'a b', ') S 1 (', 'postgres: kith']) {
      expect(parseStat(statLine(name))).toEqual(expected)
    }
  })

  test('is added up over all that are under a process, those that ended included', () => {
    const stat = (pid: number, parent: number, ticks: number, childTicks = 0) => ({
      ...{ pid, parent, ticks, childTicks },
    })
    const all = [
      stat(1, 0, 1_000),
      stat(2, 1, 5, 7),
      stat(3, 2, 11),
      stat(4, 3, 13),
      stat(5, 1, 17),
    ]
    expect(ticksOfTree(all, 2)).toBe(5 + 7 + 11 + 13)
    expect(ticksOfTree(all, 6)).toBe(0)
  })

  test('is there of this process', () => {
    const began = performance.now()
    while (performance.now() < began + 50) Math.hypot(1, 2)
    const own = cpuOf(process.pid)
    expect(own).toBeGreaterThan(0)
    expect(cpuOfTree(process.pid)).toBeGreaterThanOrEqual(own)
  })

  test('gives bytes for kilobytes, and 0 for a line that is not there', () => {
    const text = 'Rss:     2048 kB\nPss:      1024 kB\nPss_Dirty:   512 kB\n'
    expect(parseKilobytes(text, 'Pss')).toBe(1024 * 1024)
    expect(parseKilobytes(text, 'Swap')).toBe(0)
  })
})
