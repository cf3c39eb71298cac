/** The value that `share` (0 to 1) of all are not above; NaN of none. Sorts `values` in place. */
export const percentile = (values: number[], share: number): number => {
  values.sort((one, other) => one - other)
  return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN
}
