/** UTF-16 units, as the server counts them. */
export const MAX_NAME = 200

/** Why a workspace can't be called so; `undefined` where it can. */
export const nameProblem = (name: string): string | undefined => {
  if (name.trim() === '') return 'A workspace needs a name.'
  if (name.trim().length > MAX_NAME) return `A name has at most ${MAX_NAME} characters.`
  return undefined
}
