import { spawn } from 'node:child_process'

/** Who runs PostgreSQL's programs: words put before them, or another user of the system. */
export interface Account {
  readonly prefix: readonly string[]
  readonly user?: { readonly uid: number; readonly gid: number }
}

export interface Outcome {
  /** The exit code; `null` after a signal or when the program could not be started. */
  readonly code: number | null
  readonly output: string
}

/** A shell's PGDATA, PGPORT, PGOPTIONS… are meant for another database than ours. */
const cleanEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
  LC_ALL: 'C',
})

/**
 * Runs a program to its end; never rejects. `detached` output is not read: a daemon that inherits
 * our pipe would keep it open for its whole life.
 */
export const runProgram = (
  account: Account,
  program: readonly string[],
  { detached = false }: { detached?: boolean } = {},
): Promise<Outcome> =>
  new Promise((resolve) => {
    const [command = '', ...args] = [...account.prefix, ...program]
    const child = spawn(command, args, {
      ...account.user,
      // Our own working directory may be closed to the other account.
      cwd: process.platform === 'win32' ? undefined : '/',
      env: cleanEnvironment(),
      stdio: ['ignore', detached ? 'ignore' : 'pipe', detached ? 'ignore' : 'pipe'],
      windowsHide: true,
    })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8')
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
    child.once('error', (error) => resolve({ code: null, output: error.message }))
    child.once('close', (code) => resolve({ code, output }))
  })

/** The line that names the cause, out of the many that PostgreSQL's programs print. */
export const decisiveLine = (output: string): string => {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const named = lines.filter((line) => /\b(FATAL|PANIC|error|could not|cannot)\b/.test(line))
  return (named.at(-1) ?? lines.at(-1) ?? 'no output').trim()
}
