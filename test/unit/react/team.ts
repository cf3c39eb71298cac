import { act } from '@testing-library/react'
import { afterEach } from 'vitest'
import { createTestWorkspace, type TestWorkspace } from '../../../client/testing/index.js'

const opened: TestWorkspace[] = []

// After the hooks of the tests themselves: nothing is on the screen any more.
afterEach(async () => {
  for (const team of opened.splice(0)) await team.close()
})

/** In milliseconds: what somebody does reaches the others, and nothing that is typed is written yet. */
const MOMENT = 100

/** Ana, Bo and whoever else is named, connected; contacts `contact-1`, `contact-2` … named `Name 1` … */
export const openTeam = async (contacts = 0, ...more: string[]) => {
  const team = createTestWorkspace({
    people: ['Ana', 'Bo', ...more],
    contacts: Array.from({ length: contacts }, (_, at) => ({ name: `Name ${at + 1}` })),
  })
  opened.push(team)
  await team.settled()
  const [ana, bo, ...others] = team.peers
  return {
    team,
    ana,
    bo,
    others,
    workspace: ana.workspace,
    settled: () => act(() => team.settled()),
    passes: (milliseconds: number) => act(() => team.passes(milliseconds)),
    /** What somebody does, and the moment in which it arrives. */
    arrives: (does: () => unknown) =>
      act(async () => {
        does()
        await team.passes(MOMENT)
      }),
  }
}
