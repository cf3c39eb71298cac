import type { UserId, WorkspaceId } from 'kith-shared'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AuditEntry } from '../../server/core/audit.js'
import { type AuditWriter, createAudit } from '../../server/edge/audit.js'
import { waitFor } from '../harness/wait-for.js'
import { openPostgres, type PostgresUnderTest } from './postgres-under-test.js'

let postgres: PostgresUnderTest
beforeAll(async () => {
  postgres = await openPostgres()
})
afterAll(() => postgres.close())

interface Said {
  fields: object
  message: string
}

describe('the audit on PostgreSQL', () => {
  let audit: AuditWriter
  let dropped: number
  let lines: Said[]
  let errors: Said[]
  beforeEach(async () => {
    await postgres.direct.query('delete from audit_log')
    dropped = 0
    lines = []
    errors = []
    const say = (to: Said[]) => (fields: object, message: string) => to.push({ fields, message })
    const log = { info: say(lines), error: say(errors) }
    const metrics = {
      auditDropped: (count: number) => {
        dropped += count
      },
    }
    audit = createAudit(postgres.database, log, metrics)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await audit.close()
    expect(errors).toEqual([])
  })

  const refused = (userId: string, reason: 'not-a-member' | 'foreign-origin' = 'not-a-member') => ({
    event: 'login-refused' as const,
    workspaceId: 'team' as WorkspaceId,
    userId: userId as UserId,
    address: '127.0.0.1',
    reason,
  })
  const stored = async () => {
    const text = `select event, workspace_id, user_id, address, reason, count,
      extract(epoch from last_at - at)::float8 as lasted from audit_log order by at, user_id`
    return (await postgres.direct.query(text)).rows
  }
  const total = async (): Promise<number> => {
    const text = 'select count(*)::int as rows from audit_log'
    return (await postgres.direct.query(text)).rows[0].rows
  }

  it('[H9] keeps each kind of entry as it is, and says it in one line', async () => {
    const ana = { workspaceId: 'team' as WorkspaceId, userId: 'ana' as UserId, address: '::1' }
    const entries: AuditEntry[] = [
      {
        ...ana,
        event: 'login-refused',
        workspaceId: undefined,
        userId: undefined,
        reason: 'text-frame',
      },
      { ...ana, event: 'request-refused', reason: 'not-allowed' },
      { ...ana, event: 'change-refused', reason: 'read-only' },
      { ...ana, event: 'session-closed', reason: 'left' },
    ]
    for (const entry of entries) audit.record(entry)
    await audit.flush()
    const row = { address: '::1', count: 1, lasted: 0 }
    const rows = await stored()
    expect(rows).toHaveLength(4)
    for (const { event, workspaceId, userId, reason } of entries) {
      expect(rows).toContainEqual({
        ...{ ...row, event, workspace_id: workspaceId ?? null, user_id: userId ?? null, reason },
      })
    }
    expect(lines).toEqual(
      entries.map((entry) => ({ fields: { audit: entry }, message: entry.event })),
    )
  })

  it('[H9] counts the same again within a minute, also after it was written', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 })
    for (let time = 0; time < 5; time++) audit.record(refused('eve'))
    audit.record(refused('eve', 'foreign-origin'))
    await audit.flush()
    vi.setSystemTime(1_700_000_059_999)
    audit.record(refused('eve'))
    await audit.flush()
    vi.setSystemTime(1_700_000_060_000)
    audit.record(refused('eve'))
    await audit.flush()
    const rows = await stored()
    expect(rows.map(({ reason, count, lasted }) => [reason, count, lasted])).toEqual(
      expect.arrayContaining([
        ['not-a-member', 6, 59.999],
        ['foreign-origin', 1, 0],
        ['not-a-member', 1, 0],
      ]),
    )
    expect(rows).toHaveLength(3)
    expect(lines).toHaveLength(3)
  })

  it('[H9] lets nobody fill it by naming workspace after workspace, or from many addresses', async () => {
    const guess = (workspace: string, address: string) =>
      audit.record({
        event: 'login-refused',
        workspaceId: workspace as WorkspaceId,
        userId: undefined,
        address,
        reason: 'not-authenticated',
      })
    for (let guessed = 0; guessed < 1_000; guessed++) {
      guess(`guess-${guessed}`, '192.0.2.1')
      guess('team', `2001:db8::${guessed.toString(16)}`)
    }
    guess('guess-0', '192.0.2.1')
    guess('team', '192.0.2.2')
    await audit.flush()
    const rows = await stored()
    const rest = { event: 'login-refused', workspace_id: null, user_id: null }
    expect(rows).toContainEqual(expect.objectContaining({ ...rest, count: 980 }))
    expect(rows.filter(({ workspace_id }) => workspace_id === null)).toHaveLength(2)
    expect(rows.find(({ workspace_id }) => workspace_id === 'guess-0').count).toBe(2)
    expect([rows.length, lines.length]).toEqual([43, 43])
  })

  it('[H9] writes by itself once it is started: at a hundred entries, or after a second', async () => {
    audit.start()
    audit.record(refused('ana'))
    await waitFor(async () => (await total()) === 1)
    for (let user = 0; user < 100; user++) audit.record(refused(`user-${user}`))
    await waitFor(async () => (await total()) === 101)
  })

  it('[H9] keeps what it holds while the storage is away, and writes it once it is back', async () => {
    postgres.goAway()
    for (let user = 0; user < 250; user++) audit.record(refused(`user-${user}`))
    await audit.flush()
    await postgres.comeBack()
    await audit.flush()
    expect(await total()).toBe(250)
    expect(dropped).toBe(0)
  })

  it('[P7] holds ten thousand at most, and counts what it could not', async () => {
    postgres.goAway()
    for (let user = 0; user < 10_500; user++) audit.record(refused(`user-${user}`))
    expect(dropped).toBe(500)
    expect(lines).toHaveLength(10_000)
    audit.record(refused('user-0'))
    expect(dropped).toBe(500)
    await postgres.comeBack()
    await audit.flush()
    expect(await total()).toBe(10_000)
    audit.record(refused('another'))
    await audit.flush()
    expect([dropped, await total()]).toEqual([500, 10_001])
  })

  it('[H9] writes the rest as it closes, and is safe to close twice', async () => {
    audit.start()
    audit.record(refused('ana'))
    await Promise.all([audit.close(), audit.close()])
    expect(await total()).toBe(1)
  })
})
