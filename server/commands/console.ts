/** What a command tells a person: results on stdout, how far it is on stderr. */
export interface Console {
  print(line: string): void
  /** At most twice a second. */
  progress(line: string): void
}

const INTERVAL = 500

export const createConsole = (): Console => {
  let last = Number.NEGATIVE_INFINITY
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    progress: (line) => {
      const now = performance.now()
      if (now - last < INTERVAL) return
      last = now
      process.stderr.write(`${line}\n`)
    },
  }
}
