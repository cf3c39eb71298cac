/** Somebody who writes while servers die, and what a word is in the document. */
import { aboutText, addNote, type ContactId, createContact, type NoteId } from 'kith-shared'
import type * as Y from 'yjs'
import type { Ledger } from './ledger.js'

export interface Person {
  readonly name: string
  readonly doc: Y.Doc
  /** Words that are not shown as saved. */
  readonly unsaved: number
  /** Holds all through the head that the server told last, and is connected. */
  readonly isLive: boolean
  start(): void
  /** One edit, with so many letters of ballast. */
  write(word: string, ballast: number): void
  /** Tries again at once, where it waits to. */
  hurry(): void
  /** Drops the connection; a new one may lead elsewhere. */
  cut(): void
  close(): Promise<void>
}

export interface PersonParts {
  readonly name: string
  readonly userId: string
  readonly workspaceId: string
  readonly token: string
  readonly ledger: Ledger
  /** Servers that don't hear of each other's commits at once may ask for what they lack. */
  readonly mayMeetGaps: boolean
  /** The workspace may begin another epoch: documents are replaced then. */
  readonly mayRenew: boolean
  /** Base of the server to connect to now. */
  route(): string
}

const SUBJECT = 'subject' as ContactId // fits the pattern of ids

export const createSubject = (doc: Y.Doc): void => {
  createContact(doc, SUBJECT, { name: 'Subject' }, { now: 0, newId: () => 'never' })
}

/** Once in a map and once in a text: by the one it is found, and by the other counted. */
export const writeWord = (doc: Y.Doc, word: string, ballast: number): void =>
  doc.transact(() => {
    addNote(doc, word as NoteId, SUBJECT, `${word}${' '.repeat(ballast)}.`, 1) // fits the pattern
    const text = aboutText(doc, SUBJECT)
    text.insert(text.length, `${word} `)
  })

const isWord = (key: string): boolean => key.startsWith('w-')

/** The words of the text, each as often as it stands there; and those of the map. */
export const wordsOf = (doc: Y.Doc): { text: string[]; map: Set<string> } => ({
  text: aboutText(doc, SUBJECT).toString().split(' ').filter(Boolean),
  map: new Set([...doc.getMap('notes').keys()].filter(isWord)),
})

export const wordOf = (name: string, number: number): string => `w-${name}-${number}`

/** Tells the ledger of every word of others that comes into the document. */
export const followWords = (doc: Y.Doc, { name, userId, ledger }: PersonParts): void =>
  doc.getMap('notes').observe(({ keysChanged }) => {
    for (const key of keysChanged) {
      // Tabs of one device show each other what is not saved yet.
      if (isWord(key) && !key.startsWith(`w-${userId}`)) ledger.saw(key, name)
    }
  })
