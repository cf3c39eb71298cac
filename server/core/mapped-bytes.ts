/// <reference lib="es2024.arraybuffer" />

/**
 * Bytes, all 0, whose memory goes back to the system as soon as they are collected. V8 maps what may
 * be resized by itself; all else comes from malloc, which keeps what was freed: 200 workspaces that
 * were each sent once left 130 MB with the process. For large ones; they are read one by one some 15%
 * more slowly.
 */
export const mappedBytes = (length: number): Uint8Array =>
  new Uint8Array(new ArrayBuffer(length, { maxByteLength: length }), 0, length)
