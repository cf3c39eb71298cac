/** Turns the bytes of a file into contacts, away from the page. */
import { decodeText } from './decode-text.js'
import { parseGoogleCsv } from './google-csv.js'
import { parseVcard } from './vcard.js'

self.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
  const text = decodeText(new Uint8Array(data))
  const isVcard = /^\uFEFF?\s*BEGIN:VCARD/i.test(text)
  self.postMessage(isVcard ? parseVcard(text) : parseGoogleCsv(text))
}
