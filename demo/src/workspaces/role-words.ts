import { ROLES, type Role } from 'kith-shared'

export { ROLES }

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  editor: 'Editor',
  viewer: 'Viewer',
}

/** What a role lets one do, for whoever chooses one. */
export const ROLE_MEANS: Readonly<Record<Role, string>> = {
  owner: 'changes contacts and decides who is in',
  editor: 'changes contacts',
  viewer: 'looks, and changes nothing',
}

/** The same, to the person who has it. */
export const YOU_CAN: Readonly<Record<Role, string>> = {
  owner: 'you can change contacts and decide who is in',
  editor: 'you can change contacts',
  viewer: 'you can look, but not change anything',
}

export const peopleWords = (count: number): string =>
  count === 1 ? '1 person' : `${count.toLocaleString('en')} people`

export const withArticle = (role: Role): string => (role === 'viewer' ? 'a viewer' : `an ${role}`)
