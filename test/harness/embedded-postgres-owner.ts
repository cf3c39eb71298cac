/** A process that owns the data folder given to it, until it is killed. Prints the URL when ready. */
import { startEmbeddedPostgres } from '../../server/edge/embedded-postgres.js'

const silent = { info: () => undefined, warn: () => undefined }
const [, , dataDir] = process.argv
if (dataDir === undefined) throw new Error('usage: embedded-postgres-owner <data folder>')
const { url } = await startEmbeddedPostgres({ dataDir, log: silent })
console.log(url)
