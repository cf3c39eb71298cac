import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClientIndex } from '../../../server/core/client-index.js'
import { Runs } from '../../../server/core/runs.js'

/** As lists, which is what they stand for. */
const listOf = (runs: Runs): [number, string][] => {
  const all: [number, string][] = []
  runs.each((start, root) => all.push([start, root]))
  return all
}

test('[P6] runs are the same, few or many, in a few roots or in very many', () => {
  const shapes = fc.record({
    steps: fc.array(fc.integer({ min: 1, max: 2 ** 20 }), { maxLength: 600 }),
    roots: fc.constantFrom(1, 2, 255, 256, 257, 400),
  })
  fc.assert(
    fc.property(shapes, ({ steps, roots }) => {
      const runs = new Runs()
      const all: [number, string][] = []
      let clock = 0
      steps.forEach((step, n) => {
        all.push([clock, `root ${(n * 7) % roots}`])
        runs.push(clock, `root ${(n * 7) % roots}`)
        clock += step
        if (n % 50 === 40) runs.trim()
      })
      expect(listOf(runs)).toEqual(all)
      expect(runs.count).toBe(all.length)
      runs.trim()
      expect(listOf(runs)).toEqual(all)
      expect(runs.start(all.length)).toBeUndefined()
      expect(runs.root(all.length)).toBeUndefined()
      all.forEach(([start], n) => {
        expect(runs.at(start)).toBe(n)
        expect(runs.at((all[n + 1]?.[0] ?? clock) - 1)).toBe(n)
      })
    }),
  )
})

test('[P6] a clock near 2^31 begins a run like any other', () => {
  const runs = new Runs()
  for (let n = 40; n > 0; n--) runs.push(2 ** 31 - n, n % 2 === 0 ? 'contacts' : 'fields')
  expect(runs.start(39)).toBe(2 ** 31 - 1)
  expect(runs.at(2 ** 31 - 2)).toBe(38)
})

test('[P6] each root is one string for all runs, packed or not', () => {
  for (const count of [3, 300]) {
    const runs = new Runs()
    for (let n = 0; n < count; n++) runs.push(n, `about/${n % 3}`)
    const asked: string[] = []
    runs.share((root) => {
      asked.push(root)
      return root.toUpperCase()
    })
    expect(new Set(asked)).toEqual(new Set(['about/0', 'about/1', 'about/2']))
    expect(asked).toHaveLength(3)
    expect(listOf(runs).every(([n, root]) => root === `ABOUT/${n % 3}`)).toBe(true)
  }
})

test('[P6] what takes turns between two roots is told apart by clock', () => {
  const client = new ClientIndex()
  for (let n = 1; n <= 100; n++) client.extend(n, n % 2 === 0 ? 'fields' : 'contacts', false)
  client.extend(150, 'contacts', true)
  const seen: [string, number, number][] = []
  client.runsIn(97, 200, (root, from, to) => seen.push([root, from, to]))
  expect(seen).toEqual([
    ['fields', 97, 98],
    ['contacts', 98, 99],
    ['fields', 99, 100],
    ['contacts', 100, 150],
  ])
  expect([client.rootAt(99), client.rootAt(149)]).toEqual(['fields', 'contacts'])
  expect(client.runStart(149)).toBe(100)
})
