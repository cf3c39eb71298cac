import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Allowance, Pace } from '../../server/core/pace.js'

const RULES = { messagesPerSecond: 3, bytesPerSecond: 100 }
const OF_USER = { messagesPerSecond: 5, bytesPerSecond: 250 }

/** Milliseconds that pass, back too where a clock is set; bytes, or a look whether a rest is over. */
const moments = fc.array(
  fc.record({
    passed: fc.oneof(fc.nat(400), fc.nat(8_000), fc.integer({ min: -2_000, max: 0 })),
    bytes: fc.option(fc.oneof(fc.nat(20), fc.nat(900))),
  }),
  { maxLength: 120 },
)

test('[P7] who is silent for a while may come no faster than who is never forgotten', () => {
  fc.assert(
    fc.property(moments, fc.boolean(), (steps, isShared) => {
      const paceOf = () => new Pace(RULES, isShared ? new Allowance(OF_USER, 0) : undefined)
      const [kept, forgotten] = [paceOf(), paceOf()]
      let now = 0
      for (const { passed, bytes } of steps) {
        now += passed
        forgotten.tick(now)
        const step = (pace: Pace) => (bytes === null ? pace.rest(now) : pace.pay(bytes, now))
        expect(step(forgotten)).toBe(step(kept))
      }
    }),
  )
})
