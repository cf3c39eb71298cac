/** The component's own class, and the app's beside it. */
export const classes = (own: string, given: string | undefined): string =>
  given === undefined ? own : `${own} ${given}`
