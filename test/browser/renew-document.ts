import { randomInt } from 'node:crypto'
import type { UserId } from 'kith-shared'
import { crc32 } from '../../client/edge/crc32.js'
import { renew } from '../../server/core/renewal.js'
import type { TestServer } from '../harness/test-server.js'

/** Writes the workspace's values into a fresh document, as the server does with one grown old. */
export const renewDocument = async (server: TestServer, workspace: string): Promise<void> => {
  const [present] = await server.query<{ epoch: number; head: string }>(
    'select epoch, head from workspaces where id = $1',
    [workspace],
  )
  const [state] = await server.query<{ seq: string; document: Buffer }>(
    `select seq, document from snapshots where workspace_id = $1 and epoch = $2
     order by seq desc limit 1`,
    [workspace, present?.epoch],
  )
  const rows = await server.query<{ seq: string; author: string; update: Buffer }>(
    'select seq, author_id as author, update from journal where workspace_id = $1 and seq > $2 order by seq',
    [workspace, state?.seq ?? 0],
  )
  const renewal = renew(
    state?.document,
    rows.map(({ seq, author, update }) => ({
      seq: Number(seq),
      author: { id: author as UserId, name: '' },
      update,
    })),
    randomInt(2 ** 32),
  )
  if (!present || !renewal) throw new Error('nothing to renew')
  const { closing, opening } = renewal
  const parts = [closing.document, closing.index, opening.document, opening.index]
  const sums = parts.flatMap((bytes) => [Buffer.from(bytes), crc32(bytes)])
  const [begun] = await server.query<{ epoch: number | null }>(
    `select begin_epoch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'renewal') as epoch`,
    [workspace, present.epoch, present.head, ...sums, opening.clientId],
  )
  if (!begun?.epoch) throw new Error('somebody has written meanwhile')
}
