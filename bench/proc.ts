/** What Linux counts of processes: `/proc/<pid>/stat`, `smaps_rollup` and `status` (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs'

export interface Stat {
  pid: number
  parent: number
  /** Clock ticks that the process has had, all threads, in its own code and in the kernel. */
  ticks: number
  /** The same of its children that have ended and were waited for. */
  childTicks: number
}

/** Clock ticks a second: what Linux shows to programs (`getconf CLK_TCK`), on any machine. */
const TICKS_PER_SECOND = 100

export const parseStat = (text: string): Stat => {
  // The name stands in brackets and may hold anything, blanks and brackets too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (n: number) => Number(fields[n - 3]) // numbered as in proc(5), from 1
  return {
    pid: Number.parseInt(text, 10),
    parent: field(4),
    ticks: field(14) + field(15),
    childTicks: field(16) + field(17),
  }
}

/** The value of `name` in bytes, out of lines such as `Pss:   1234 kB`; 0 where there is none. */
export const parseKilobytes = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024

const statOf = (pid: number): Stat | undefined => {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined // it has ended meanwhile
  }
}

/** Milliseconds of processor that one process has had. */
export const cpuOf = (pid: number): number => ((statOf(pid)?.ticks ?? 0) * 1000) / TICKS_PER_SECOND

/** Milliseconds of processor that a process and all under it have had, those that ended included. */
export const cpuOfTree = (root: number): number => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
  return (ticksOfTree(all, root) * 1000) / TICKS_PER_SECOND
}

export const ticksOfTree = (all: readonly Stat[], root: number): number =>
  all.reduce((sum, { pid, parent, ticks, childTicks }) => {
    if (pid === root) return sum + ticks + childTicks
    return parent === root ? sum + ticksOfTree(all, pid) : sum
  }, 0)

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Bytes that are resident, what is shared with other processes by its share. */
export const residentBytes = (pid: number): number =>
  parseKilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss')

/** The most bytes that were resident at once, ever since it began. */
export const peakBytes = (pid: number): number =>
  parseKilobytes(read(`/proc/${pid}/status`), 'VmHWM')
