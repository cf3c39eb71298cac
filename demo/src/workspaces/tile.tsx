import { initialsOf } from 'kith-client/react'

export const Tile = ({ name }: { name: string }) => (
  <span className="workspace-tile" aria-hidden="true">
    {initialsOf(name)}
  </span>
)
