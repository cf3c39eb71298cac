const HOUR = 3_600_000
const DAY = 24 * HOUR

/** "expires in 6 days", "expires within the hour". Both in milliseconds since 1970. */
export const expiryWords = (expiresAt: number, now: number): string => {
  const left = expiresAt - now
  if (left <= 0) return 'expired'
  if (left < HOUR) return 'expires within the hour'
  if (left < 2 * DAY) return `expires in ${counted(Math.round(left / HOUR), 'hour')}`
  return `expires in ${counted(Math.round(left / DAY), 'day')}`
}

export const usesWords = (uses: number): string =>
  uses === 0 ? 'not used yet' : uses === 1 ? 'used once' : `used ${uses.toLocaleString('en')} times`

export const dayWords = (at: number): string =>
  new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' }).format(at)

const counted = (count: number, what: string): string =>
  count === 1 ? `1 ${what}` : `${count} ${what}s`
