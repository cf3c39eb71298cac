/** Turns the bytes of a file into contacts, away from the page. */
import { type ReadOptions, readFile } from './read-file.js'

self.onmessage = ({ data }: MessageEvent<{ bytes: ArrayBuffer; options: ReadOptions }>) => {
  self.postMessage(readFile(new Uint8Array(data.bytes), data.options))
}
