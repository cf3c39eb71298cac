import { sessionFor } from '../session/session.js'

const PEOPLE = ['Bo', 'Ana', 'Chiara']

/** Somebody other than me, and the link that signs in as them: in a tab of its own. */
export const secondPerson = (
  userId: string,
  workspaceId: string,
): { name: string; href: string } => {
  const name = PEOPLE.find((one) => sessionFor(one).userId !== userId) ?? 'Bo'
  return { name, href: `/?${new URLSearchParams({ as: name, workspace: workspaceId })}` }
}
