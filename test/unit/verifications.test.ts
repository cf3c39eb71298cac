import { expect, test } from 'vitest'
import type { TokenVerifier } from '../../server/core/ports.js'
import { boundVerifications } from '../../server/verifications.js'

/** Each answer comes when the test says so. */
const slowVerifier = () => {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  const verifier: TokenVerifier = {
    verify: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve: () => resolve({ outcome: 'invalid' }), reject })
      }),
  }
  return { verifier, waiting }
}

test('[P7, L5] past a bound of tokens that are checked at a time who comes tries again', async () => {
  const { verifier, waiting } = slowVerifier()
  const { verify } = boundVerifications(verifier, 2)
  const [first] = [verify('a'), verify('b')]
  expect(await verify('c')).toEqual({ outcome: 'away' })
  expect(waiting).toHaveLength(2)
  waiting[0]?.resolve()
  expect(await first).toEqual({ outcome: 'invalid' })
  void verify('d')
  expect(waiting).toHaveLength(3)
})

test('[P7, L5] a check that throws gives its place back', async () => {
  const { verifier, waiting } = slowVerifier()
  const { verify } = boundVerifications(verifier, 1)
  const first = verify('a')
  waiting[0]?.reject(new Error('a bug'))
  await expect(first).rejects.toThrow('a bug')
  void verify('b')
  expect(waiting).toHaveLength(2)
})
