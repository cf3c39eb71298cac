import { initialsOf } from '../people/avatar.js'

export const Tile = ({ name }: { name: string }) => (
  <span className="workspace-tile" aria-hidden="true">
    {initialsOf(name)}
  </span>
)
