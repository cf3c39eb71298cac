/** Documents of a workspace, read in pieces, so that none of it is ever there twice. */
import type { Epoch, Seq, WorkspaceId } from 'kith-shared'
import { mappedBytes } from '../core/mapped-bytes.js'
import type { Snapshot } from '../core/ports.js'
import { checksumOf } from './checksum.js'
import { type CopiedField, type CopyOut, quoted, wholeNumber } from './copy-out.js'

/** What comes over the socket in one piece is copied once: it must be less than Node reads at once. */
const PIECE_BYTES = 32 * 1024

interface Reading extends Snapshot {
  checksum: number
  /** Of what has come so far. */
  read: number
  sum: number
}

/** A snapshot that does not match its checksum, passed over for the one before. */
export type PassOver = (bad: {
  epoch: Epoch
  seq: Seq
  column: 'document' | 'document_index'
}) => void

/** The newest good one of the present epoch. Undefined where there is none. */
export const readDocument = async (
  copyOut: CopyOut,
  workspaceId: WorkspaceId,
  passOver: PassOver,
): Promise<Snapshot | undefined> => {
  for (let below = Number.MAX_SAFE_INTEGER; ; ) {
    const read = await readPieces(
      copyOut,
      `select s.* from workspaces w
        join snapshots s on s.workspace_id = w.id and s.epoch = w.epoch
        where w.id = ${quoted(workspaceId)} and s.seq < ${below} order by s.seq desc limit 1`,
    )
    if (read === undefined) return undefined
    const { epoch, seq, document } = read
    if (isGood(read)) return { epoch, seq, document }
    passOver({ epoch, seq, column: 'document' })
    below = seq
  }
}

/** That of an epoch through `seq`. Undefined where it is not there, or passed over. */
export const readState = async (
  copyOut: CopyOut,
  workspaceId: WorkspaceId,
  { epoch, seq }: Pick<Snapshot, 'epoch' | 'seq'>,
  passOver: PassOver,
): Promise<Snapshot | undefined> => {
  const read = await readPieces(
    copyOut,
    `select s.* from snapshots s
      where s.workspace_id = ${quoted(workspaceId)} and s.epoch = ${epoch} and s.seq = ${seq}`,
  )
  if (read === undefined) return undefined
  if (isGood(read)) return { epoch, seq, document: read.document }
  passOver({ epoch, seq, column: 'document' })
  return undefined
}

const isGood = ({ document, checksum, read, sum }: Reading): boolean =>
  read === document.length && sum === checksum

/** A document that is not compressed gives up its pieces without all of it being read. */
const readPieces = async (copyOut: CopyOut, snapshot: string): Promise<Reading | undefined> => {
  let reading: Reading | undefined
  await copyOut(
    `select s.epoch, s.seq, s.document_checksum, octet_length(s.document), n - 1,
        substring(s.document from n for ${PIECE_BYTES})
      from (${snapshot}) as s,
      generate_series(1, greatest(1, octet_length(s.document)), ${PIECE_BYTES}) as n`,
    (row) => {
      reading ??= begin(row)
      take(reading, row)
    },
  )
  return reading
}

const begin = ([epoch, seq, checksum, length]: readonly CopiedField[]): Reading => ({
  epoch: wholeNumber(epoch),
  seq: wholeNumber(seq),
  document: mappedBytes(wholeNumber(length)),
  checksum: wholeNumber(checksum),
  read: 0,
  sum: 0,
})

const take = (into: Reading, [, , , , offset, piece]: readonly CopiedField[]): void => {
  // Nothing else orders them than how they are made: an order would have PostgreSQL keep them all.
  if (wholeNumber(offset) !== into.read || !piece) throw new Error('pieces of a document are mixed')
  into.document.set(piece, into.read)
  into.sum = checksumOf(piece, into.sum)
  into.read += piece.length
}
