// @vitest-environment jsdom
import { act, cleanup, render } from '@testing-library/react'
import { type ContactId, isContactId, setField } from 'kith-shared'
import { afterEach, expect, test } from 'vitest'
import type { Workspace } from '../../../client/index.js'
import { NOT_LISTED_YET, useContactIds, WorkspaceProvider } from '../../../client/react/index.js'
import { Browser, until } from '../client/browser.js'

afterEach(cleanup)

const MANY = 20_001

const crowd = (count: number): Workspace => {
  const workspace = new Browser().open('wait')
  workspace.doc.transact(() => {
    const contacts = workspace.doc.getMap('contacts')
    for (let n = 0; n < count; n++) contacts.set(`c${n}`, { name: `Ada ${n}`, createdAt: n })
  })
  workspace.start()
  return workspace
}

/** Each list that was rendered. */
const listing = (workspace: Workspace) => {
  const seen: (readonly ContactId[])[] = []
  const Ids = ({ search }: { search: string }) => {
    seen.push(useContactIds({ search }))
    return null
  }
  const shown = (search: string) => (
    <WorkspaceProvider workspace={workspace}>
      <Ids search={search} />
    </WorkspaceProvider>
  )
  const { rerender } = render(shown(''))
  return { seen, search: (words: string) => rerender(shown(words)) }
}

const untilListed = (seen: (readonly ContactId[])[], count: number): Promise<void> =>
  act(() => until(() => seen.at(-1)?.length === count))

test('[V12] many contacts are listed when they are there, and nothing says before that there are none', async () => {
  const workspace = crowd(MANY)
  const { seen } = listing(workspace)
  expect(seen[0]).toBe(NOT_LISTED_YET)
  await untilListed(seen, MANY)
  expect(new Set(seen.map(({ length }) => length))).toEqual(new Set([0, MANY]))
  await workspace.close()
})

test('[V12] the last answer stays until the next one is there', async () => {
  const workspace = crowd(MANY)
  const { seen, search } = listing(workspace)
  await untilListed(seen, MANY)
  seen.length = 0
  search('ada 2000')
  expect(seen[0]).toHaveLength(MANY)
  await untilListed(seen, 3)
  expect(new Set(seen.map(({ length }) => length))).toEqual(new Set([MANY, 3]))
  await workspace.close()
})

test('[V12] an edit of one of many shows at once', async () => {
  const workspace = crowd(MANY)
  const { seen } = listing(workspace)
  await untilListed(seen, MANY)
  const id = 'c77'
  if (!isContactId(id)) throw new Error('no id')
  act(() => setField(workspace.doc, id, 'name', 'Aaa'))
  expect(seen.at(-1)?.[0]).toBe(id)
  await workspace.close()
})

test('[V12] few contacts are listed by the very render that asks', async () => {
  const workspace = crowd(500)
  const { seen, search } = listing(workspace)
  expect(seen.map(({ length }) => length)).toEqual([500])
  search('ada 499')
  expect(seen.at(-1)).toEqual(['c499'])
  await workspace.close()
})
