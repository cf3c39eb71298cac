/** Letters of a text by their Yjs ids: `length` of them, from `clock` on, of one client. */
export interface Run {
  readonly client: number
  readonly clock: number
  readonly length: number
}

export interface Letters extends Run {
  readonly text: string
}

const endOf = (run: Run): number => run.clock + run.length

const overlaps = (a: Run, b: Run): boolean =>
  a.client === b.client && a.clock < endOf(b) && b.clock < endOf(a)

/** What of `run` lies from `clock` to `end`. */
const part = <Some extends Run>(run: Some, clock: number, end: number): Some => {
  const from = Math.max(run.clock, clock)
  const length = Math.max(0, Math.min(endOf(run), end) - from)
  const piece = { ...run, clock: from, length }
  return 'text' in piece && typeof piece.text === 'string'
    ? { ...piece, text: piece.text.slice(from - run.clock, from - run.clock + length) }
    : piece
}

/** What of `run` is among `others`, by clock. */
export const among = <Some extends Run>(run: Some, others: readonly Run[]): Some[] =>
  others
    .filter((other) => overlaps(run, other))
    .map((other) => part(run, other.clock, endOf(other)))
    .sort((a, b) => a.clock - b.clock)

/** What of `runs` is not among `others`. */
export const without = <Some extends Run>(runs: readonly Some[], others: readonly Run[]): Some[] =>
  others.reduce<readonly Some[]>(
    (left, other) =>
      left.flatMap((run) =>
        overlaps(run, other)
          ? [part(run, run.clock, other.clock), part(run, endOf(other), endOf(run))].filter(
              ({ length }) => length > 0,
            )
          : [run],
      ),
    runs,
  ) as Some[]

/** `runs`, with the letters of `from` under the ids that they have now. */
export const renamed = <Some extends Run>(
  runs: readonly Some[],
  from: Run,
  to: { client: number; clock: number },
): Some[] => {
  const [found, rest] = [runs.flatMap((run) => among(run, [from])), without(runs, [from])]
  if (found.length === 0) return [...runs]
  const moved = found.map((run) => ({
    ...run,
    client: to.client,
    clock: to.clock + run.clock - from.clock,
  }))
  return joined([...rest, ...moved])
}

/** The same letters in as few runs as can be. */
export const joined = <Some extends Run>(runs: readonly Some[]): Some[] => {
  const sorted = [...runs].sort((a, b) => a.client - b.client || a.clock - b.clock)
  const all: Some[] = []
  for (const run of sorted) {
    const last = all.at(-1)
    if (last === undefined || last.client !== run.client || endOf(last) !== run.clock) all.push(run)
    else all[all.length - 1] = join(last, run)
  }
  return all
}

const join = <Some extends Run>(a: Some, b: Some): Some => {
  const whole = { ...a, length: a.length + b.length }
  return 'text' in a && 'text' in b ? { ...whole, text: `${a.text}${b.text}` } : whole
}
