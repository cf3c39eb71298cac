/** Bytes as people compare them: offset, 16 bytes, and what of them is ASCII. Pure. */

/** Of more than these the rest is a number. */
const SHOWN = 1_024
const WIDTH = 16

export const hexDump = (bytes: Uint8Array): string => {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, SHOWN); at += WIDTH) {
    const row = [...bytes.subarray(at, Math.min(at + WIDTH, SHOWN))]
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·'))
    lines.push(
      `${at.toString(16).padStart(4, '0')}  ${hex.padEnd(WIDTH * 3 - 1)}  ${text.join('')}`,
    )
  }
  const rest = bytes.length - SHOWN
  if (rest > 0) lines.push(`and ${rest.toLocaleString('en')} bytes more`)
  return lines.join('\n')
}
