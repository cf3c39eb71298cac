/**
 * What people were told and shown, written down outside of everything that is killed. A word is
 * what one edit writes, and is written once in all the story.
 *
 * 1. A word that was shown to its author as saved is there, for whoever comes with nothing. [P1]
 * 2. So is a word that anybody but its author's own device saw. [P2]
 * 3. A seq has one content, whoever is told, and that is the journal's. [P2] [P8]
 * 4. The journal reaches at least as far as anybody was told. [P1]
 */
import { checksumOf } from '../../server/edge/checksum.js'

interface Told {
  readonly by: string
  readonly life: number
}

export class Ledger {
  /** Counts the lives of servers, to say when something happened. */
  life = 0
  readonly violations: string[] = []
  readonly #written = new Set<string>()
  readonly #saved = new Map<string, Told>()
  readonly #seen = new Map<string, Told>()
  readonly #rows = new Map<number, Told & { checksum: number }>()
  #head: Told & { seq: number } = { seq: 0, by: 'nobody', life: 0 }
  /** Through here the journal's rows were compared. */
  #compared = 0

  get counts(): { written: number; saved: number; seen: number; rows: number } {
    const { size: written } = this.#written
    return { written, saved: this.#saved.size, seen: this.#seen.size, rows: this.#rows.size }
  }

  wrote(word: string): void {
    this.#written.add(word)
  }

  saved(word: string, by: string): void {
    if (!this.#saved.has(word)) this.#saved.set(word, { by, life: this.life })
  }

  saw(word: string, by: string): void {
    if (!this.#written.has(word)) this.violation(`${by} sees ${word}, which nobody wrote`)
    if (!this.#seen.has(word)) this.#seen.set(word, { by, life: this.life })
  }

  acknowledged(seq: number, by: string): void {
    if (seq > this.#head.seq) this.#head = { seq, by, life: this.life }
  }

  row(seq: number, update: Uint8Array, by: string): void {
    const checksum = checksumOf(update)
    const known = this.#rows.get(seq)
    if (known === undefined) this.#rows.set(seq, { checksum, by, life: this.life })
    else if (known.checksum !== checksum) {
      this.violation(`[3] row ${seq} is one thing to ${known.by} and another to ${by}`)
    }
    this.acknowledged(seq, by)
  }

  violation(what: string): void {
    this.violations.push(`life ${this.life}: ${what}`)
  }

  /** (1), (2): `words` is all that somebody has who came with nothing in `now`. */
  compareWords(words: ReadonlySet<string>, now = this.life): void {
    for (const [told, rule] of [
      [this.#saved, '[1] saved to'],
      [this.#seen, '[2] seen by'],
    ] as const) {
      for (const [word, { by, life }] of told) {
        if (life < now && !words.has(word))
          this.violation(`${rule} ${by} in life ${life}, and gone: ${word}`)
      }
    }
    for (const word of words) {
      if (!this.#written.has(word)) this.violation(`nobody wrote ${word}`)
    }
  }

  /** How far somebody was told that the journal reaches. */
  get told(): Told & { seq: number } {
    return this.#head
  }

  /**
   * (3), (4): what the database holds; rows that a retention has removed are not there. `told` as
   * it was before the database was asked: another server may go on.
   */
  compareJournal(
    head: number,
    rows: readonly { seq: number; checksum: number }[],
    { seq, by, life }: Ledger['told'],
  ): void {
    if (head < seq) this.violation(`[4] ${by} was told of ${seq} in life ${life}; head is ${head}`)
    for (const [index, row] of rows.entries()) {
      const before = rows[index - 1]
      if (before && row.seq !== before.seq + 1)
        this.violation(`no row between ${before.seq} and ${row.seq}`)
      const told = this.#rows.get(row.seq)
      if (told && told.checksum !== row.checksum) {
        this.violation(`[3] row ${row.seq} is not what ${told.by} was sent in life ${told.life}`)
      }
    }
    const last = rows.at(-1)
    if (last && last.seq !== head)
      this.violation(`the journal ends at ${last.seq}, head is ${head}`)
    this.#compared = Math.max(this.#compared, head)
  }

  /** Rows after this one were not compared yet. */
  get comparedThrough(): number {
    return this.#compared
  }
}
