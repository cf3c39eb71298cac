import { MAX_AUTHOR_STEPS, MAX_TEXT_PIECES, MAX_TEXT_UNITS } from 'kith-shared'
import { beforeEach, describe, expect, test } from 'vitest'
import { isTooHeavy } from '../../../server/core/admission/weight.js'
import { IndexDraft } from '../../../server/core/index-draft.js'
import { ABOUT, ANA, begin, bo, byBo, end, index, letters, weighed } from './weigh-room.js'

beforeEach(begin)

describe('what needs a trial', () => {
  const [clear, full] = [
    byBo(letters('x', { root: 'about/c2' })),
    byBo(letters('x', { origin: end })),
  ]

  test.each([
    ['with a charge up to the budget', full, MAX_AUTHOR_STEPS - 10, false],
    ['with a charge past the budget', full, MAX_AUTHOR_STEPS - 9, true],
    ['without a charge, at the budget', clear, MAX_AUTHOR_STEPS, false],
    ['without a charge, past the budget', clear, MAX_AUTHOR_STEPS + 1, false],
  ])('[A5] an update %s', (_name, update, measured, isHeavy) => {
    index.weights.measuredAll(new Map([[bo, measured]]))
    expect(isTooHeavy(new IndexDraft(index), bo, weighed(update))).toBe(isHeavy)
  })

  test.each([
    ['as many pieces as may be', MAX_TEXT_PIECES - 1, 0, false],
    ['a piece more', MAX_TEXT_PIECES, 0, true],
    ['as many units as may be', 0, MAX_TEXT_UNITS - 2, false],
    ['a unit more', 0, MAX_TEXT_UNITS - 1, true],
  ])('[A5] a text that comes to hold %s', (_name, pieces, units, isFull) => {
    const known = index.size(ABOUT)
    index.grow(ABOUT, { pieces: pieces - known.pieces, units: units - known.units, rivals: 0 })
    // The second text is far from full, and counted last.
    const weight = weighed(byBo(letters('xy', { origin: end }), letters('z', { root: 'about/c2' })))
    expect(weight.overfills).toBe(isFull)
    expect(weight.texts).toEqual([ABOUT, 'about/c2'])
    expect(isTooHeavy(new IndexDraft(index), bo, weight)).toBe(isFull)
  })

  test('[A5] what is only deleted from a text that is full does not overfill it', () => {
    index.grow(ABOUT, { pieces: MAX_TEXT_PIECES, units: MAX_TEXT_UNITS, rivals: 0 })
    expect(weighed({ deletes: [{ client: ANA, ranges: [[1, 2]] }] }).overfills).toBe(false)
  })
})
