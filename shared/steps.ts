/**
 * Work that may rest: each step takes a millisecond or two, and whoever runs it decides what happens
 * between two of them. The world may change meanwhile; the work says what it makes of that.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>

/** All of it now. */
export const finish = <Result>(steps: Steps<Result>): Result => {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
