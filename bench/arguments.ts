import { parseArgs } from 'node:util'
import { SERVER_NAMES, type ServerName } from './servers/server.js'

export interface Arguments {
  isQuick: boolean
  /** Names of figures begin with one of these; all where there are none. */
  only: string[]
  servers: ServerName[]
  /** In place of a figure's own number. */
  rounds: number | undefined
  /** Where Kith's server leaves a CPU profile as it ends. */
  profile: string | undefined
}

export const USAGE = `usage: npm run bench -- [--quick] [--only saturation,presence] [--servers kith,bare-relay]
  [--rounds 3] [--profile folder]`

const listOf = (text: string | undefined): string[] =>
  text === undefined ? [] : text.split(',').map((part) => part.trim())

/** Throws, with a line for people, where they are no arguments of the bench. */
export const readArguments = (args: string[]): Arguments => {
  const string = { type: 'string' } as const
  const options = { only: string, servers: string, rounds: string, profile: string } as const
  const { values } = parseArgs({ args, options: { quick: { type: 'boolean' }, ...options } })
  const named = listOf(values.servers)
  const foreign = named.find((name) => !SERVER_NAMES.some((known) => known === name))
  if (foreign !== undefined) throw new Error(`--servers: ${foreign} is none of ${SERVER_NAMES}`)
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error('--rounds: must be a whole number from 1')
  }
  return {
    isQuick: values.quick ?? false,
    only: listOf(values.only),
    servers: SERVER_NAMES.filter((name) => named.length === 0 || named.includes(name)),
    rounds,
    profile: values.profile,
  }
}
