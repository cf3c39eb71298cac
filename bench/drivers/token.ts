import { createHmac } from 'node:crypto'
import { USERS, userId } from '../target.js'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const tokens = new Map<string, string>()

/** A token of user `n` for the next hours, as an issuer with the run's secret signs it. */
export const tokenOf = (n: number, secret: string): string => {
  const key = `${secret} ${n % USERS}`
  const known = tokens.get(key)
  if (known !== undefined) return known
  const id = userId(n)
  const now = Math.floor(Date.now() / 1000)
  const claims = { user_id: id, name: `Name of ${id}`, email: `${id}@example.com` }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iat: now, exp: now + 36_000 })}`
  const token = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  tokens.set(key, token)
  return token
}
