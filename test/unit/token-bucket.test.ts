import { expect, test } from 'vitest'
import { TokenBucket } from '../../server/core/token-bucket.js'

test('[P7, L3] nothing is owed until the burst is spent', () => {
  const bucket = new TokenBucket(10, 50, 0)
  bucket.take(50, 0)
  expect(bucket.wait(0)).toBe(0)
  bucket.take(1, 0)
  expect(bucket.wait(0)).toBe(100)
})

test('[P7, L3] one message beyond the burst goes on credit, and its time is waited out', () => {
  const bucket = new TokenBucket(1_000, 5_000, 0)
  bucket.take(16_000, 0)
  expect(bucket.wait(0)).toBe(11_000)
  expect(bucket.wait(10_999)).toBe(1)
  expect(bucket.wait(11_000)).toBe(0)
})

test('[P7, L3] a long rest fills it no further than the burst', () => {
  const bucket = new TokenBucket(10, 50, 0)
  bucket.take(51, 3_600_000)
  expect(bucket.wait(3_600_000)).toBe(100)
})

test('a clock that was set back gives nothing, and costs nothing', () => {
  const bucket = new TokenBucket(10, 50, 100_000)
  bucket.take(60, 100_000)
  expect(bucket.wait(0)).toBe(1_000)
  expect(bucket.wait(1_000)).toBe(0)
})
