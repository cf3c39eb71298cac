/** Ends every `switch` over a union: a case that was forgotten is a type error here. */
export const unreachable = (value: never): never => {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
