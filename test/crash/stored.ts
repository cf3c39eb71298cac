/** What the database holds of a workspace, looked at and changed past the server. */
import type { Lane } from './lane.js'
import type { Ledger } from './ledger.js'

export class Stored {
  readonly #lane: Lane
  readonly #workspaceId: string

  constructor(lane: Lane, workspaceId: string) {
    this.#lane = lane
    this.#workspaceId = workspaceId
  }

  async countSnapshots(): Promise<number> {
    const text = 'select from snapshots where workspace_id = $1'
    return (await this.#lane.query(text, [this.#workspaceId])).length
  }

  /** Removes what is older than now, as far as nobody needs it; in small steps, until it is cut. */
  async prune(): Promise<void> {
    const query = <Row extends object>(text: string) =>
      this.#lane.query<Row>(text, [this.#workspaceId])
    try {
      await query('update snapshots set found_good_at = now() where workspace_id = $1')
      let removed = 1
      while (removed > 0) {
        const [row] = await query<{ removed: number }>(
          "select prune_history($1, interval '0', 40) as removed",
        )
        removed = row?.removed ?? 0
      }
    } catch {
      // Its connection was ended where it was held.
    }
  }

  /** Client ids of people who are long gone, more than an epoch holds; and the last is long ago. */
  async crowd(life: number): Promise<void> {
    await this.#lane.query(
      "update epochs set began_at = began_at - interval '1 hour' where workspace_id = $1",
      [this.#workspaceId],
    )
    await this.#lane.query(
      `insert into client_ids (workspace_id, client_id, user_id, first_epoch, epoch, bound_at)
         select id, 4000000000 + $2 * 100000 + n, 'crowd-' || $2::text, epoch, epoch, now()
         from workspaces, generate_series(1, 20100) as n where id = $1`,
      [this.#workspaceId, life],
    )
  }

  /** Rejects where the database is away. */
  async compare(ledger: Ledger): Promise<void> {
    const { told } = ledger
    const rows = await this.#lane.query<{ head: string; seq: string | null; checksum: string }>(
      `select w.head, j.seq, j.checksum from workspaces w
         left join journal j on j.workspace_id = w.id and j.seq >= $2
       where w.id = $1 order by j.seq`,
      [this.#workspaceId, ledger.comparedThrough],
    )
    const stored = rows.flatMap(({ seq, checksum }) =>
      seq === null ? [] : [{ seq: Number(seq), checksum: Number(checksum) }],
    )
    ledger.compareJournal(Number(rows[0]?.head ?? 0), stored, told)
  }
}
