/** What a token claims, for a person who wonders why it is refused. Nothing is verified here. Pure. */

export const tokenWords = (token: string, now: number): string => {
  if (token === '') return ''
  const [head, body, signature, ...more] = token.split('.')
  const [header, claims] = [partIn(head), partIn(body)]
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0) {
    return 'This is no JWT: it needs three parts with points between, the first two of them JSON.'
  }
  const user = claims.user_id ?? claims.sub ?? claims.id
  const name = claims.name ?? claims.username
  return [
    `${text(header.alg) || 'no algorithm'}`,
    user === undefined ? 'no user (user_id, sub or id)' : `user ${text(user)}`,
    ...(name === undefined ? [] : [`“${text(name)}”`]),
    expiryWords(claims.exp, now),
  ].join(' · ')
}

const expiryWords = (exp: unknown, now: number): string => {
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return 'no expiry (exp), which is required'
  const seconds = Math.round(exp - now / 1000)
  return seconds > 0 ? `expires in ${spanWords(seconds)}` : `expired ${spanWords(-seconds)} ago`
}

const spanWords = (seconds: number): string => {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`
  return seconds < 48 * 3600
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400).toLocaleString('en')} days`
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** A part's JSON object; `undefined` for anything else. */
const partIn = (part: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  try {
    const binary = atob((part ?? '').replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
