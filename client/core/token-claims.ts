/** What a JWT says, read for timing and for whose it is: whether it is any good is the server's affair. */
const claimsOf = (token: string): Readonly<Record<string, unknown>> => {
  const payload = token.split('.')[1]
  if (payload === undefined) return {}
  try {
    const bytes = atob(payload.replaceAll('-', '+').replaceAll('_', '/'))
    const text = new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
    const claims: unknown = JSON.parse(text)
    return typeof claims === 'object' && claims !== null ? { ...claims } : {}
  } catch {
    return {}
  }
}

/** When it ends, in milliseconds since 1970; `undefined` where it doesn't say. */
export const tokenExpiry = (token: string): number | undefined => {
  const { exp } = claimsOf(token)
  return typeof exp === 'number' ? exp * 1000 : undefined
}

/** Whose it is, by the claims that the server goes by (`server/edge/token-claims.ts`). */
export const tokenUser = (token: string): string | undefined => {
  const claims = claimsOf(token)
  const user = claims.user_id ?? claims.sub ?? claims.id
  return typeof user === 'number' || typeof user === 'string' ? String(user) : undefined
}
