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

/** To the person whose role has become another. */
export const NEW_ROLE: Readonly<Record<Role, string>> = {
  owner: 'You are an owner of this workspace now',
  editor: 'You are an editor now: you can change contacts',
  viewer: 'You are a viewer now: you can look, but not change anything',
}

export const peopleWords = (count: number): string =>
  count === 1 ? '1 person' : `${count.toLocaleString('en')} people`
