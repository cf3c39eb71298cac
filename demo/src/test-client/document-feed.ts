import type { ServerMessage } from 'kith-shared'

/** Hands on what a connection brings of the document, a snapshot's chunks once all of them are there. */
export const createDocumentFeed = (
  apply: (update: Uint8Array) => void,
): ((message: ServerMessage) => void) => {
  let chunks: Uint8Array[] = []
  return (message) => {
    if (message.type === 'rows') {
      for (const row of message.rows) apply(row.update)
    }
    if (message.type !== 'snapshot-chunk') return
    const { offset, total, bytes } = message
    if (offset === 0) chunks = []
    chunks.push(bytes.slice())
    if (offset + bytes.length < total) return
    apply(joined(chunks, total))
    chunks = []
  }
}

const joined = (chunks: readonly Uint8Array[], total: number): Uint8Array => {
  const whole = new Uint8Array(total)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
