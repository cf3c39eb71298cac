/**
 * Loaded into the server by `--import`: kills its process the instant that it passes a named point
 * for the n-th time. `KITH_KILL_AT` is `<point>#<n>`; of the points `send` and `sent` the type of
 * the message is a part, such as `sent:103#2` for just after the second ack.
 */
import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'

const [wanted, nth] = process.env.KITH_KILL_AT.split('#')
let left = Number(nth)

subscribe('kith.point', ({ point, frame }) => {
  const name = frame === undefined ? point : `${point}:${frame[0]}`
  if (name !== wanted) return
  left -= 1
  if (left > 0) return
  writeSync(2, `killed at ${wanted}\n`)
  process.kill(process.pid, 'SIGKILL')
})
