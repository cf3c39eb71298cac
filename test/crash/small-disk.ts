/**
 * A PostgreSQL on a disk of its own, a tmpfs of 300 MB, that can be filled. Mounting one needs no
 * rights where user and mount namespaces are allowed; where they are not, this says so.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, rm, statfs } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { waitFor } from '../harness/wait-for.js'
import { type PostgresProcesses, processesOf } from './mortal-postgres.js'

export interface Disk {
  /** Until not a byte more fits. */
  fill(): Promise<void>
  /** Gives the place back. Safe twice. */
  empty(): Promise<void>
}

export interface SmallDisk {
  readonly url: string
  readonly disk: Disk
  readonly processes: PostgresProcesses
  close(): Promise<void>
}

const owner = fileURLToPath(new URL('../harness/embedded-postgres-owner.ts', import.meta.url))
const MOUNT = 'mount -t tmpfs -o size=300m tmpfs "$1" && exec "$2" --import tsx "$3" "$1/data"'
/** Milliseconds: longer than what PostgreSQL takes to go. */
const GONE_WITHIN = 20_000

const diskAt = (folder: string): Disk => {
  const filler = `${folder}/filler`
  const block = Buffer.alloc(256 * 1024)
  const writeAll = async (): Promise<void> => {
    const file = await open(filler, 'a')
    try {
      for (let size = block.length; size >= 512; ) {
        const { bytesWritten } = await file
          .write(block.subarray(0, size))
          .catch(() => ({ bytesWritten: 0 }))
        if (bytesWritten < size) size = Math.floor(size / 2)
      }
    } finally {
      await file.close()
    }
  }
  return {
    fill: async () => {
      // What is let go meanwhile is taken too.
      while ((await statfs(folder)).bfree > 0) await writeAll()
    },
    empty: () => rm(filler, { force: true }),
  }
}

/** `folder` must be there, and empty: only its own processes see what is mounted on it. */
export const startOnSmallDisk = async (folder: string): Promise<SmallDisk> => {
  const child = spawn(
    'unshare',
    [
      '--user',
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      MOUNT,
      'sh',
      folder,
      process.execPath,
      owner,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const ended = once(child, 'exit')
  const line = once(createInterface(child.stdout), 'line')
  const [url] = (await Promise.race([line, ended.then(() => [''])])) as [string]
  if (url === '') {
    throw new Error(`A small disk can't be mounted here, so none can be filled: ${complaint}`)
  }
  const inside = `/proc/${child.pid}/root${folder}`
  const disk = diskAt(inside)
  const processes = processesOf(`${inside}/data`)
  return {
    url,
    disk,
    processes,
    close: async () => {
      await disk.empty()
      // Its owner would start it again.
      child.kill('SIGSTOP')
      processes.killAll()
      await waitFor(() => !processes.isThere(), { timeout: GONE_WITHIN })
      child.kill('SIGKILL')
      await ended
    },
  }
}
