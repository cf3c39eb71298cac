import { describe, expect, test } from 'vitest'
import { align } from '../../../client/core/align.js'
import type { Splice } from '../../../client/core/edit-effect.js'

const spliced = (text: string, splices: readonly Splice[]): string =>
  splices.reduce(
    (now, splice) =>
      'insert' in splice
        ? now.slice(0, splice.at) + splice.insert + now.slice(splice.at)
        : now.slice(0, splice.at) + now.slice(splice.at + splice.remove),
    text,
  )

describe('[E9] splices on a text that is not quite the same', () => {
  test.each<[string, string, string, Splice[], string]>([
    ['the same', 'one two', 'one two', [{ at: 3, insert: ' and' }], 'one and two'],
    ['more at the start', 'one two', 'zero one two', [{ at: 7, insert: '!' }], 'zero one two!'],
    ['less at the end', 'one two', 'one', [{ at: 0, insert: '> ' }], '> one'],
    ['more around', 'one two', 'a one b two c', [{ at: 3, insert: '!' }], 'a one! b two c'],
    ['taken away here', 'one two six', 'one six', [{ at: 4, remove: 4 }], 'one six'],
    ['taken away there', 'one two six', '1 one two 6', [{ at: 4, remove: 4 }], '1 one 6'],
    ['rewritten', 'abc', 'xyz', [{ at: 1, insert: '!' }], 'xyz!'],
    [
      'a character of two units',
      '🙂a',
      '\ufffd\ufffda',
      [{ at: 3, insert: 'b' }],
      '\ufffd\ufffdab',
    ],
    [
      'several at once',
      'one two six',
      'zero one two six ten',
      [
        { at: 0, remove: 4 },
        { at: 3, insert: ' 2' },
        { at: 9, insert: '!' },
      ],
      'zero two 2 six! ten',
    ],
  ])('%s', (_, before, now, splices, after) => {
    expect(spliced(now, align(splices, before, now))).toBe(after)
  })
})
