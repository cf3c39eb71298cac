/** What the figures were taken on, for the JSON lines. */
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

export interface Machine {
  cpu: string
  cores: number
  memoryGb: number
  system: string
  node: string
  yjs: string
}

export const describeMachine = (): Machine => {
  const [cpu] = cpus()
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    yjs: versionOf('yjs'),
  }
}

/** Of a package at the top of `node_modules`, or of one inside another. */
export const versionOf = (name: string): string => {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url)
  // npm wrote it, and every package has a version.
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
