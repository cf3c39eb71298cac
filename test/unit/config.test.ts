import { describe, expect, it } from 'vitest'
import { type Config, type Environment, readConfig } from '../../server/config.js'

const secret = 'a secret that is long enough to be one'

const project = 'https://abc.supabase.co'
const serviceKey = 'sb_secret_x'
/** As Supabase makes it, with any signature. */
const legacyKey = (role: string): string =>
  [{ alg: 'HS256', typ: 'JWT' }, { iss: 'supabase', role, exp: 2e9 }, 'signature']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

const read = (environment: Environment): Config => {
  const result = readConfig(environment, '/home/ana')
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.config
}
const problems = (environment: Environment): string[] => {
  const result = readConfig(environment, '/home/ana')
  return result.ok ? [] : result.problems
}

describe('the environment', () => {
  it('may be empty: development mode, everything by default', () => {
    expect(read({})).toEqual({
      port: 8787,
      host: '127.0.0.1',
      dataDir: '/home/ana/.kith',
      databaseUrl: undefined,
      databasePoolSize: 16,
      auth: { type: 'development' },
      signIn: { kind: 'development' },
      supabase: undefined,
      allowedOrigins: undefined,
      allowQueryToken: true,
      maxConnections: 10_000,
      maxConnectionsPerAddress: 500,
      maxMessagesPerSecond: 200,
      maxBytesPerSecond: 1024 * 1024,
      trustProxy: [],
      historyDays: 30,
      auditDays: 365,
      logLevel: 'info',
    })
  })

  it('sets everything', () => {
    const environment = {
      PORT: '80',
      HOST: '0.0.0.0',
      DATA_DIR: '/var/lib/kith',
      DATABASE_URL: 'postgresql://kith:pw@db/kith',
      DATABASE_POOL_SIZE: '4',
      JWT_SECRET: secret,
      JWT_ISSUER: 'https://issuer',
      JWT_AUDIENCE: 'kith',
      ALLOWED_ORIGINS: 'https://app.example.org, http://localhost:5173',
      ALLOW_QUERY_TOKEN: 'false',
      MAX_CONNECTIONS: '50',
      MAX_CONNECTIONS_PER_ADDRESS: '5',
      MAX_MESSAGES_PER_SECOND: '20',
      MAX_BYTES_PER_SECOND: '65536',
      TRUST_PROXY: '127.0.0.1, 10.0.0.0/8, fd00::/8',
      HISTORY_RETENTION_DAYS: '7',
      AUDIT_RETENTION_DAYS: '90',
      LOG_LEVEL: 'debug',
      NODE_ENV: 'production',
      PATH: '/usr/bin',
    }
    expect(read(environment)).toEqual({
      port: 80,
      host: '0.0.0.0',
      dataDir: '/var/lib/kith',
      databaseUrl: 'postgresql://kith:pw@db/kith',
      databasePoolSize: 4,
      auth: {
        type: 'secret',
        secret: new TextEncoder().encode(secret),
        issuer: 'https://issuer',
        audience: 'kith',
      },
      signIn: { kind: 'elsewhere' },
      supabase: undefined,
      allowedOrigins: ['https://app.example.org', 'http://localhost:5173'],
      allowQueryToken: false,
      maxConnections: 50,
      maxConnectionsPerAddress: 5,
      maxMessagesPerSecond: 20,
      maxBytesPerSecond: 65_536,
      trustProxy: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
      historyDays: 7,
      auditDays: 90,
      logLevel: 'debug',
    })
  })

  it('takes keys by URL', () => {
    const url = 'https://issuer.example.org/.well-known/jwks.json'
    const auth = { type: 'jwks', url: new URL(url), issuer: undefined, audience: undefined }
    expect(read({ JWKS_URL: url, HOST: '0.0.0.0', NODE_ENV: 'production' }).auth).toEqual(auth)
  })

  describe('of a Supabase project', () => {
    const supabase = { SUPABASE_URL: `${project}/`, SUPABASE_SERVICE_ROLE_KEY: serviceKey }

    it('gives its address and the key, and where its tokens come from', () => {
      const config = read({ ...supabase, HOST: '0.0.0.0', NODE_ENV: 'production' })
      expect(config.supabase).toEqual({ url: project, serviceRoleKey: serviceKey })
      expect(config.auth).toEqual({
        type: 'jwks',
        url: new URL('https://abc.supabase.co/auth/v1/.well-known/jwks.json'),
        issuer: 'https://abc.supabase.co/auth/v1',
        audience: 'authenticated',
      })
    })

    it('may have a legacy service_role key, and lie on this machine', () => {
      const local = { SUPABASE_URL: 'http://127.0.0.1:54321' }
      const key = { SUPABASE_SERVICE_ROLE_KEY: legacyKey('service_role') }
      expect(read({ ...local, ...key }).supabase?.url).toBe('http://127.0.0.1:54321')
    })

    it('may sign by a shared secret, or be seen by its users at another address', () => {
      expect(read({ ...supabase, JWT_SECRET: secret }).auth).toMatchObject({
        type: 'secret',
        issuer: undefined,
      })
      const issuer = 'https://app.example.org/auth/v1'
      expect(read({ ...supabase, JWT_ISSUER: issuer }).auth).toMatchObject({
        type: 'jwks',
        issuer,
        audience: 'authenticated',
      })
    })

    it('[W64] tells pages where to sign in, with the key that is for pages, and never another', () => {
      const url = 'https://abc.supabase.co'
      const key = { SUPABASE_ANON_KEY: 'sb_publishable_x' }
      const offer = (environment: Environment) => read(environment).signIn
      const told = { kind: 'supabase', url, anonKey: 'sb_publishable_x' }
      expect(offer(key)).toEqual({ kind: 'development' })
      const project = { SUPABASE_URL: `${url}/`, SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_x' }
      expect(offer({ ...project, ...key })).toEqual(told)
      expect(offer(project)).toEqual({ kind: 'elsewhere' })
      const keys = { JWKS_URL: `${url}/auth/v1/.well-known/jwks.json` }
      expect(offer({ ...keys, JWT_ISSUER: `${url}/auth/v1`, ...key })).toEqual(told)
      expect(offer({ ...keys, JWT_ISSUER: 'https://elsewhere.example', ...key })).toEqual({
        kind: 'elsewhere',
      })
      expect(problems({ ...project, SUPABASE_ANON_KEY: 'sb_secret_x' })).toEqual([
        expect.stringMatching(/^SUPABASE_ANON_KEY: is a key that belongs on the server only/),
      ])
    })
  })

  it.each(['::1', 'localhost', '127.0.0.1', '127.8.9.1'])('takes %s for loopback', (host) => {
    expect(read({ HOST: host }).host).toBe(host)
  })

  it('takes what is empty for absent', () => {
    expect(read({ PORT: '', REDIS_URL: '', DATABASE_URL: '', ALLOWED_ORIGINS: '' })).toEqual(
      read({}),
    )
  })
})

describe('a bad value is one line that begins with its name', () => {
  const open = 'without JWT_SECRET, JWKS_URL or SUPABASE_URL anybody may sign in as anybody'
  it.each<[Environment, string]>([
    [{ PORT: '65536' }, 'PORT: must be a whole number from 0 to 65535'],
    [{ PORT: '-1' }, 'PORT: must be a whole number from 0 to 65535'],
    [{ PORT: '8787x' }, 'PORT: must be a whole number from 0 to 65535'],
    [{ PORT: '1e3' }, 'PORT: must be a whole number from 0 to 65535'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL: must be a URL that begins with postgres://'],
    [{ DATABASE_POOL_SIZE: '0' }, 'DATABASE_POOL_SIZE: must be a whole number from 1 to 1000'],
    [{ DATABASE_POOL_SIZE: '51' }, 'DATABASE_POOL_SIZE: must be at most 50 without DATABASE_URL'],
    [{ MAX_CONNECTIONS: 'many' }, 'MAX_CONNECTIONS: must be a whole number from 1 to 1000000'],
    [
      { MAX_CONNECTIONS_PER_ADDRESS: '0' },
      'MAX_CONNECTIONS_PER_ADDRESS: must be a whole number from 1 to 1000000',
    ],
    [
      { MAX_MESSAGES_PER_SECOND: '0.5' },
      'MAX_MESSAGES_PER_SECOND: must be a whole number from 1 to 1000000',
    ],
    [
      { MAX_BYTES_PER_SECOND: '1MB' },
      'MAX_BYTES_PER_SECOND: must be a whole number from 1024 to 999999999',
    ],
    ...['loopback', '*', '10.0.0.0/33', '10.0.0.0/', '1.2.3.4,', '::1/129'].map(
      (TRUST_PROXY): [Environment, string] => [
        { TRUST_PROXY },
        'TRUST_PROXY: must be a list of addresses or subnets with commas between them, such as 127.0.0.1, 10.0.0.0/8',
      ],
    ),
    [{ ALLOW_QUERY_TOKEN: 'no' }, 'ALLOW_QUERY_TOKEN: must be one of true, false'],
    [
      { LOG_LEVEL: 'loud' },
      'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent',
    ],
    [{ JWT_SECRET: 'short' }, 'JWT_SECRET: must have at least 32 bytes'],
    [{ JWT_SECRET: '' }, 'JWT_SECRET: is empty; leave it out, or give it a value'],
    [{ JWKS_URL: '' }, 'JWKS_URL: is empty; leave it out, or give it a value'],
    [{ SUPABASE_URL: '' }, 'SUPABASE_URL: is empty; leave it out, or give it a value'],
    [{ SUPABASE_URL: project }, 'SUPABASE_SERVICE_ROLE_KEY: is needed with SUPABASE_URL'],
    [
      { SUPABASE_SERVICE_ROLE_KEY: serviceKey },
      'SUPABASE_URL: is needed with SUPABASE_SERVICE_ROLE_KEY',
    ],
    ...[
      'abc.supabase.co',
      'http://abc.supabase.co',
      'https://u:p@abc.supabase.co',
      'https://abc.supabase.co?key=1',
      'https://abc.supabase.co/#x',
    ].map((SUPABASE_URL): [Environment, string] => [
      { SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY: serviceKey },
      'SUPABASE_URL: must be the https:// URL of a project (http:// on loopback only), such as https://abc.supabase.co',
    ]),
    ...['sb_publishable_x', legacyKey('anon'), legacyKey('authenticated'), 'x', 'a.b.c'].map(
      (SUPABASE_SERVICE_ROLE_KEY): [Environment, string] => [
        { SUPABASE_URL: project, SUPABASE_SERVICE_ROLE_KEY },
        'SUPABASE_SERVICE_ROLE_KEY: must be a secret key (sb_secret_…) or a legacy service_role key of the project',
      ],
    ),
    [
      { JWKS_URL: 'http://issuer/jwks' },
      'JWKS_URL: must be an https:// URL (http:// on loopback only)',
    ],
    [
      { JWT_SECRET: secret, JWKS_URL: 'https://issuer/jwks' },
      'JWKS_URL: set either JWT_SECRET or JWKS_URL, not both',
    ],
    [{ JWT_ISSUER: 'x' }, 'JWT_ISSUER: needs JWT_SECRET, JWKS_URL or SUPABASE_URL'],
    [{ JWT_AUDIENCE: 'x' }, 'JWT_AUDIENCE: needs JWT_SECRET, JWKS_URL or SUPABASE_URL'],
    [{ NODE_ENV: 'production' }, `NODE_ENV: is production, but ${open}: set one of them`],
    ...['0.0.0.0', '::', '127.0.0.1.example.org', '10.0.0.1'].map((HOST): [Environment, string] => [
      { HOST },
      `HOST: must be a loopback address such as 127.0.0.1, since ${open}`,
    ]),
    ...['*', 'https://x.org/', 'x.org', 'https://x.org,', 'null'].map(
      (ALLOWED_ORIGINS): [Environment, string] => [
        { ALLOWED_ORIGINS },
        'ALLOWED_ORIGINS: must be a list of exact origins with commas between them, such as https://app.example.org',
      ],
    ),
    ...['REDIS_URL'].map((name): [Environment, string] => [
      { [name]: '1' },
      `${name}: its feature does not exist yet; leave it out`,
    ]),
  ])('%j', (environment, problem) => {
    expect(problems(environment)).toEqual([problem])
  })

  it('and all of them are told at once', () => {
    const names = problems({ PORT: 'x', LOG_LEVEL: 'x', REDIS_URL: 'x' }).map((line) =>
      line.slice(0, line.indexOf(':')),
    )
    expect(names).toEqual(['PORT', 'LOG_LEVEL', 'REDIS_URL'])
  })

  it('that does not repeat what may be secret', () => {
    const environment = {
      JWT_SECRET: 'hunter2',
      DATABASE_URL: 'mysql://kith:hunter2@db/kith',
      JWKS_URL: 'ftp://kith:hunter2@issuer/',
      SUPABASE_SERVICE_ROLE_KEY: 'hunter2',
    }
    expect(problems(environment).length).toBeGreaterThanOrEqual(4)
    expect(problems(environment).join('\n')).not.toContain('hunter2')
  })
})
