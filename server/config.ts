/**
 * The environment, read once and checked (names and defaults: README, section "Settings"). A value
 * is never repeated in a problem where it may hold a secret.
 */
import { resolve } from 'node:path'
import * as v from 'valibot'
import { LOG_LEVELS, type LogLevel } from './edge/log.js'
import { isServiceRoleKey } from './edge/supabase-keys.js'
import { MIN_SECRET_BYTES } from './edge/token-verifier.js'
import { isProxyEntry } from './edge/trusted-proxy.js'
import { type SignInOffer, signInOffer } from './sign-in-offer.js'
import {
  type SupabaseConfig,
  supabaseOf,
  supabaseProblems,
  supabaseTokens,
} from './supabase-settings.js'

export type AuthConfig =
  /** No JWT setting: loopback only, a secret of our own, `POST /dev/token`. */
  | { type: 'development' }
  | { type: 'secret'; secret: Uint8Array; issuer: string | undefined; audience: string | undefined }
  | { type: 'jwks'; url: URL; issuer: string | undefined; audience: string | undefined }

export interface Config {
  /** 0: any free one. */
  port: number
  host: string
  /** Absolute. */
  dataDir: string
  /** Absent: embedded PostgreSQL under `dataDir`. */
  databaseUrl: string | undefined
  databasePoolSize: number
  auth: AuthConfig
  signIn: SignInOffer
  /** Where membership is; absent: in the database. */
  supabase: SupabaseConfig | undefined
  /** Exact origins; absent: the server's own. */
  allowedOrigins: readonly string[] | undefined
  allowQueryToken: boolean
  maxConnections: number
  /** Of one IPv4 address or one IPv6 /64. */
  maxConnectionsPerAddress: number
  /** Of one session; more is read more slowly. */
  maxMessagesPerSecond: number
  maxBytesPerSecond: number
  /** Addresses, and subnets as `address/bits`, whose X-Forwarded-For is believed. */
  trustProxy: readonly string[]
  /** How far back a workspace's past states can be had. */
  historyDays: number
  auditDays: number
  logLevel: LogLevel
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Each problem is one line for people, and begins with the setting's name. */
export type ReadConfig = { ok: true; config: Config } | { ok: false; problems: string[] }

const NOT_YET = ['REDIS_URL']

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined)

const isDatabaseUrl = (text: string): boolean =>
  /^postgres(ql)?:$/.test(urlOf(text)?.protocol ?? '')

/** Keys that decide who may enter must not come over a network that others can write to. */
const isKeysUrl = (text: string): boolean => {
  const url = urlOf(text)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
}

/** A project's address, below which we put paths of our own. */
const isProjectUrl = (text: string): boolean => {
  const url = urlOf(text)
  return isKeysUrl(text) && url?.username === '' && url.search === '' && url.hash === ''
}

const isOrigin = (text: string): boolean =>
  /^https?:$/.test(urlOf(text)?.protocol ?? '') && urlOf(text)?.origin === text

const whole = (fallback: number, from: number, to: number) => {
  const range = `must be a whole number from ${from} to ${to}`
  return v.pipe(
    v.optional(v.string(), String(fallback)),
    v.regex(/^\d{1,9}$/, range),
    v.transform(Number),
    v.minValue(from, range),
    v.maxValue(to, range),
  )
}

const oneOf = <const Choices extends readonly string[]>(
  choices: Choices,
  fallback: Choices[number],
) => v.optional(v.picklist(choices, `must be one of ${choices.join(', ')}`), fallback)

const Settings = v.object({
  PORT: whole(8787, 0, 65_535),
  HOST: v.optional(v.string(), '127.0.0.1'),
  DATA_DIR: v.optional(v.string(), '.kith'),
  DATABASE_URL: v.optional(
    v.pipe(v.string(), v.check(isDatabaseUrl, 'must be a URL that begins with postgres://')),
  ),
  DATABASE_POOL_SIZE: whole(16, 1, 1_000),
  JWT_SECRET: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (secret) => Buffer.byteLength(secret) >= MIN_SECRET_BYTES,
        `must have at least ${MIN_SECRET_BYTES} bytes`,
      ),
    ),
  ),
  JWKS_URL: v.optional(
    v.pipe(v.string(), v.check(isKeysUrl, 'must be an https:// URL (http:// on loopback only)')),
  ),
  SUPABASE_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(
        isProjectUrl,
        'must be the https:// URL of a project (http:// on loopback only), such as https://abc.supabase.co',
      ),
    ),
  ),
  SUPABASE_SERVICE_ROLE_KEY: v.optional(
    v.pipe(
      v.string(),
      v.check(
        isServiceRoleKey,
        'must be a secret key (sb_secret_…) or a legacy service_role key of the project',
      ),
    ),
  ),
  // Pages are told it: a key that passes by row security must never stand here.
  SUPABASE_ANON_KEY: v.optional(
    v.pipe(
      v.string(),
      v.check(
        (key) => !isServiceRoleKey(key),
        'is a key that belongs on the server only: give the publishable (or anon) key of the project',
      ),
    ),
  ),
  JWT_ISSUER: v.optional(v.string()),
  JWT_AUDIENCE: v.optional(v.string()),
  ALLOWED_ORIGINS: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',').map((origin) => origin.trim())),
      v.check(
        (origins) => origins.every(isOrigin),
        'must be a list of exact origins with commas between them, such as https://app.example.org',
      ),
    ),
  ),
  ALLOW_QUERY_TOKEN: oneOf(['true', 'false'], 'true'),
  MAX_CONNECTIONS: whole(10_000, 1, 1_000_000),
  MAX_CONNECTIONS_PER_ADDRESS: whole(500, 1, 1_000_000),
  MAX_MESSAGES_PER_SECOND: whole(200, 1, 1_000_000),
  MAX_BYTES_PER_SECOND: whole(1024 * 1024, 1024, 999_999_999),
  TRUST_PROXY: v.pipe(
    v.optional(v.string(), ''),
    v.transform((text) => (text === '' ? [] : text.split(',').map((entry) => entry.trim()))),
    v.check(
      (entries) => entries.every(isProxyEntry),
      'must be a list of addresses or subnets with commas between them, such as 127.0.0.1, 10.0.0.0/8',
    ),
  ),
  HISTORY_RETENTION_DAYS: whole(30, 1, 36_500),
  AUDIT_RETENTION_DAYS: whole(365, 1, 36_500),
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
})
type Settings = v.InferOutput<typeof Settings>

const settingsOf = (environment: Environment) => {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined)
  return {
    // Compose files pass what is not set as empty; for those below, see `emptyKeys`.
    given: Object.fromEntries(given.filter(([, value]) => value !== '')),
    emptyKeys: ['JWT_SECRET', 'JWKS_URL', 'SUPABASE_URL'].filter(
      (name) => environment[name] === '',
    ),
  }
}

/** The embedded PostgreSQL takes 60 connections, and a few are not the pool's. */
const MAX_EMBEDDED_POOL = 50

/** What no setting shows by itself. */
const combinationProblems = (environment: Environment, given: Environment): string[] => {
  const problems = supabaseProblems(given)
  const { JWT_SECRET, JWKS_URL, SUPABASE_URL, HOST } = given
  if (given.DATABASE_URL === undefined && Number(given.DATABASE_POOL_SIZE) > MAX_EMBEDDED_POOL) {
    problems.push(`DATABASE_POOL_SIZE: must be at most ${MAX_EMBEDDED_POOL} without DATABASE_URL`)
  }
  if (JWT_SECRET !== undefined && JWKS_URL !== undefined) {
    problems.push('JWKS_URL: set either JWT_SECRET or JWKS_URL, not both')
  }
  if ([JWT_SECRET, JWKS_URL, SUPABASE_URL].some((value) => value !== undefined)) return problems
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE']) {
    if (given[name] !== undefined)
      problems.push(`${name}: needs JWT_SECRET, JWKS_URL or SUPABASE_URL`)
  }
  const why = 'without JWT_SECRET, JWKS_URL or SUPABASE_URL anybody may sign in as anybody'
  if (environment.NODE_ENV === 'production') {
    problems.push(`NODE_ENV: is production, but ${why}: set one of them`)
  }
  if (HOST !== undefined && !isLoopback(HOST)) {
    problems.push(`HOST: must be a loopback address such as 127.0.0.1, since ${why}`)
  }
  return problems
}

const authOf = (settings: Settings): AuthConfig => {
  const { JWT_SECRET, JWKS_URL, JWT_ISSUER, JWT_AUDIENCE } = settings
  const expected = { issuer: JWT_ISSUER, audience: JWT_AUDIENCE }
  if (JWT_SECRET !== undefined) {
    return { type: 'secret', secret: new TextEncoder().encode(JWT_SECRET), ...expected }
  }
  if (JWKS_URL !== undefined) return { type: 'jwks', url: new URL(JWKS_URL), ...expected }
  const supabase = supabaseOf(settings)
  if (supabase === undefined) return { type: 'development' }
  const { keys, issuer, audience } = supabaseTokens(supabase)
  return {
    type: 'jwks',
    url: keys,
    issuer: JWT_ISSUER ?? issuer,
    audience: JWT_AUDIENCE ?? audience,
  }
}

const configOf = (settings: Settings, cwd: string): Config => ({
  port: settings.PORT,
  host: settings.HOST,
  dataDir: resolve(cwd, settings.DATA_DIR),
  databaseUrl: settings.DATABASE_URL,
  databasePoolSize: settings.DATABASE_POOL_SIZE,
  auth: authOf(settings),
  signIn: signInOffer(settings),
  supabase: supabaseOf(settings),
  allowedOrigins: settings.ALLOWED_ORIGINS,
  allowQueryToken: settings.ALLOW_QUERY_TOKEN === 'true',
  maxConnections: settings.MAX_CONNECTIONS,
  maxConnectionsPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
  maxMessagesPerSecond: settings.MAX_MESSAGES_PER_SECOND,
  maxBytesPerSecond: settings.MAX_BYTES_PER_SECOND,
  trustProxy: settings.TRUST_PROXY,
  historyDays: settings.HISTORY_RETENTION_DAYS,
  auditDays: settings.AUDIT_RETENTION_DAYS,
  logLevel: settings.LOG_LEVEL,
})

/** `cwd` is what a relative DATA_DIR is relative to. All problems at once, not only the first. */
export const readConfig = (environment: Environment, cwd: string): ReadConfig => {
  const { given, emptyKeys } = settingsOf(environment)
  const parsed = v.safeParse(Settings, given)
  const problems = [
    ...(parsed.issues ?? []).map((issue) => `${v.getDotPath(issue)}: ${issue.message}`),
    // Taking an empty secret for none would open development mode by a slip.
    ...emptyKeys.map((name) => `${name}: is empty; leave it out, or give it a value`),
    ...NOT_YET.filter((name) => given[name] !== undefined).map(
      (name) => `${name}: its feature does not exist yet; leave it out`,
    ),
    ...combinationProblems(environment, given),
  ]
  if (!parsed.success || problems.length > 0) return { ok: false, problems }
  return { ok: true, config: configOf(parsed.output, cwd) }
}
