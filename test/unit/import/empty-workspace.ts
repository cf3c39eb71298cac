import type { DuplicateHandling, ImportCounts } from '../../../demo/src/import/import-plan.js'
import { countPlan } from '../../../demo/src/import/import-plan.js'
import type { ImportTarget } from '../../../demo/src/import/known-contact.js'
import type { ParsedContacts } from '../../../demo/src/import/parsed-contacts.js'
import { type ImportResult, matchContacts, runImport } from '../../../demo/src/import/run-import.js'
import { Person } from '../undo/play.js'

let people = 0

/** The real document, index, actions and history of one tab. */
export interface TestTarget extends ImportTarget {
  person: Person
}

export const emptyWorkspace = (): TestTarget => {
  const person = new Person(++people)
  return {
    person,
    get doc() {
      return person.doc
    },
    contacts: person.index,
    actions: person.actions,
    undo: person.history,
    mayEdit: () => person.mayEdit,
  }
}

export const importInto = (
  target: ImportTarget,
  parsed: ParsedContacts,
  handling: DuplicateHandling = 'fill',
  signal = new AbortController().signal,
): Promise<ImportResult> =>
  runImport(target, parsed, handling, { onProgress: () => undefined, signal })

export const planOf = async (
  target: ImportTarget,
  parsed: ParsedContacts,
  handling: DuplicateHandling = 'fill',
): Promise<ImportCounts> => {
  const matches = await matchContacts(target, parsed.contacts, new AbortController().signal)
  return countPlan(matches, handling)
}
