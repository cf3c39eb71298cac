/**
 * Places inside PostgreSQL's transactions. A trigger at each passes through an advisory lock that
 * anybody may share; while the test holds it for itself, a transaction waits right there.
 */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** `in commit`: the deferred trigger of an inserted row, which COMMIT itself runs. */
const TRIGGERS = {
  'before rows': 'trigger before insert on journal for each statement',
  'after rows': 'trigger after insert on journal for each statement',
  'before binding': 'trigger before insert on client_ids for each row',
  'after binding': 'trigger after insert on client_ids for each row',
  'head moved': 'trigger after update on workspaces for each row',
  'in commit':
    'constraint trigger after insert on journal deferrable initially deferred for each row',
  'before snapshot': 'trigger before insert on snapshots for each statement',
  'after snapshot': 'trigger after insert on snapshots for each row',
  'in commit of snapshot':
    'constraint trigger after insert on snapshots deferrable initially deferred for each row',
  'before rows go': 'trigger before delete on journal for each statement',
  'after rows go': 'trigger after delete on journal for each row',
  'in commit of rows going':
    'constraint trigger after delete on journal deferrable initially deferred for each row',
  'after snapshots go': 'trigger after delete on snapshots for each row',
  'before epoch': 'trigger before insert on epochs for each statement',
  'after epoch': 'trigger after insert on epochs for each row',
  'in commit of epoch':
    'constraint trigger after insert on epochs deferrable initially deferred for each row',
} as const

export type HeldPoint = keyof typeof TRIGGERS
const HELD_POINTS = Object.keys(TRIGGERS) as HeldPoint[] // its own keys

const keyOf = (point: HeldPoint): number => 7_000 + HELD_POINTS.indexOf(point)

export interface Hold {
  /** Resolves with `true` when a transaction waits there; `false` where `signal` comes first. */
  reached(signal: AbortSignal): Promise<boolean>
  /** Ends the transactions that wait there: they are rolled back. */
  rollBack(): Promise<void>
  /** They go on: whose client is dead commits all the same. */
  letGo(): Promise<void>
}

export interface HeldPoints {
  /** Before the server does anything that is to be held. */
  hold(point: HeldPoint): Promise<Hold>
  close(): Promise<void>
}

const install = async (client: pg.Client): Promise<void> => {
  await client.query(`create or replace function crash_point() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock_shared(tg_argv[0]::bigint); return new; end $$`)
  for (const point of HELD_POINTS) {
    const [kind, ...rest] = TRIGGERS[point].split(/ (?=before|after)/)
    const name = `crash_point_${keyOf(point)}`
    await client.query(
      `create ${kind} ${name} ${rest.join(' ')} execute function crash_point(${keyOf(point)})`,
    )
  }
}

/** Puts the triggers there, once for a database; its tables must be there. */
export const openHeldPoints = async (url: string): Promise<HeldPoints> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await install(client)
  const waiting = async (key: number): Promise<number[]> => {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and not granted and objid = $1
         and database = (select oid from pg_database where datname = current_database())`,
      [key],
    )
    return rows.map(({ pid }) => pid)
  }
  return {
    hold: async (point) => {
      const key = keyOf(point)
      await client.query('select pg_advisory_lock($1)', [key])
      let isHeld = true
      const letGo = async (): Promise<void> => {
        if (isHeld) await client.query('select pg_advisory_unlock($1)', [key])
        isHeld = false
      }
      return {
        reached: async (signal) => {
          while (!signal.aborted) {
            if ((await waiting(key)).length > 0) return true
            await pause(2)
          }
          return false
        },
        rollBack: async () => {
          for (const pid of await waiting(key)) {
            await client.query('select pg_terminate_backend($1, 5000)', [pid])
          }
          await letGo()
        },
        letGo,
      }
    },
    close: () => client.end(),
  }
}
