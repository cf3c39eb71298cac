import { ByteReader, type ClientId, MAX_STATE_VECTOR_BYTES } from 'kith-shared'

/** A Yjs state vector: client id → the next clock; undefined where the bytes are none. */
export const readStateVector = (bytes: Uint8Array): Map<ClientId, number> | undefined => {
  if (bytes.length > MAX_STATE_VECTOR_BYTES) return undefined
  const from = new ByteReader(bytes)
  const clocks = new Map<ClientId, number>()
  for (let left = from.varUint(); left > 0 && !from.failed; left--) {
    clocks.set(from.varUint(), from.varUint())
  }
  return from.failed || !from.atEnd ? undefined : clocks
}
