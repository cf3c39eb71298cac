/** `list`: the workspaces, one a line. */
import type { Database } from '../edge/database.js'
import { listWorkspaces } from '../edge/history.js'
import type { Console } from './console.js'

export const list = async (database: Database, { print, progress }: Console): Promise<void> => {
  const workspaces = await listWorkspaces(database.run)
  for (const { id, name, epoch, head, members } of workspaces) {
    print(`${id}\t${JSON.stringify(name)}\tepoch ${epoch}\t${head} rows\t${members} members`)
  }
  progress(`${workspaces.length} workspaces`)
}
