import type { Workspace } from 'kith-client'
import type { ContactId } from 'kith-shared'

/** Long texts that letters are typed into. */
const TEXTS = 40

/**
 * Half of them fields, a quarter letters, a quarter new contacts; each a transaction of its own. The
 * last one writes `last` into the company of the first contact.
 */
export const makeEdits = async (
  { actions, doc }: Workspace,
  ids: readonly ContactId[],
  count: number,
  last: string,
): Promise<void> => {
  for (let n = 1; n < count; n++) {
    const id = ids[n % ids.length]
    if (id === undefined) return
    switch (n % 4) {
      case 0:
        actions.createContact({ name: `New person ${n}`, company: 'Offline Ltd' })
        break
      case 1: {
        const text = doc.getText(`about/${ids[n % TEXTS]}`)
        text.insert(text.length, 'abcdefghij'.charAt(n % 10))
        break
      }
      default:
        actions.setField(id, n % 4 === 2 ? 'title' : 'company', `Edit ${n}`)
    }
    // As between one key and the next: what is due then happens.
    if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve))
  }
  const [first] = ids
  if (first !== undefined) actions.setField(first, 'company', last)
}
