import { crc32 } from 'node:zlib'

/**
 * crc32 with zlib's polynomial, an unsigned number: finds bytes that the disk or a hand changed.
 * Node has it from 20.15 on. `before`: the checksum of all that stands before these bytes.
 */
export const checksumOf = (bytes: Uint8Array, before = 0): number => crc32(bytes, before)
