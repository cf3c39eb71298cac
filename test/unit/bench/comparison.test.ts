import { describe, expect, test } from 'vitest'
import { readArguments } from '../../../bench/arguments.js'
import { judge } from '../../../bench/comparison.js'
import { percentile } from '../../../bench/percentile.js'
import { median, table } from '../../../bench/report.js'

describe('the figures of the bench', () => {
  test('are judged by the bare relay of the same round, whatever others do meanwhile', () => {
    const measured = new Map([
      [
        'kith',
        [
          { cpu: 2, late: 40 },
          { cpu: 8, late: 90 },
          { cpu: 2, late: 30 },
        ],
      ],
      [
        'bare-relay',
        [
          { cpu: 5, late: 10 },
          { cpu: 20, late: 10 },
          { cpu: 1, late: 10 },
        ],
      ],
    ] as const)
    const ratio = { type: 'ratio', column: 'cpu', atMost: 0.5 } as const
    expect(judge(ratio, measured)).toMatchObject({ reached: true, value: 0.4 })
    expect(judge({ ...ratio, atMost: 0.3 }, measured)).toMatchObject({ reached: false })
    const value = { type: 'value', column: 'late', atMost: 39 } as const
    expect(judge(value, measured)).toMatchObject({ reached: false, value: 40 })
  })

  test('are not judged where nothing stands beside them', () => {
    const alone = new Map([['kith', [{ cpu: 2 }]]] as const)
    expect(judge({ type: 'ratio', column: 'cpu', atMost: 0.5 }, alone)).toBeUndefined()
  })

  test('have medians and percentiles that are among them', () => {
    const values = [5, 1, 4, 2, 3]
    expect(median(values)).toBe(3)
    expect(percentile(values, 0.5)).toBe(3)
    expect(percentile(values, 0.99)).toBe(5)
    expect(percentile([7], 0)).toBe(7)
    expect(percentile([], 0.5)).toBeNaN()
  })

  test('stand in columns, with a dash where a server has none', () => {
    const rows = [
      { server: 'kith', 'ack, ms': 1.234 },
      { server: 'bare-relay', 'ack, ms': Number.NaN },
    ]
    expect(table(rows).split('\n')).toEqual([
      '    server  ack, ms',
      '      kith     1.23',
      'bare-relay        –',
    ])
  })

  test('are picked by name, and a server that is none is refused', () => {
    const given = readArguments(['--quick', '--only', 'saturation,join', '--servers', 'kith'])
    expect(given).toMatchObject({ isQuick: true, only: ['saturation', 'join'], servers: ['kith'] })
    expect(readArguments([]).servers).toHaveLength(4)
    expect(() => readArguments(['--servers', 'nginx'])).toThrow('nginx')
    expect(() => readArguments(['--rounds', '0'])).toThrow('--rounds')
  })
})
