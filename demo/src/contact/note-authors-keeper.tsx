import { useSyncStatus, useWorkspace } from 'kith-client/react'
import { useEffect } from 'react'
import { useAccount } from '../session/account.js'
import { connectAsker, useKeepNoteAuthors } from './note-authors.js'

/** Listens and asks as long as the workspace is open. Shows nothing. */
export const NoteAuthorsKeeper = () => {
  useKeepNoteAuthors()
  const workspace = useWorkspace()
  const { directory } = useAccount()
  const isLive = useSyncStatus(({ connection }) => connection.state === 'live')
  useEffect(() => {
    if (!workspace || !isLive) return
    return connectAsker(workspace, async (noteIds) => {
      const answer = await directory.noteAuthors(workspace.id, noteIds)
      return answer.outcome === 'done' ? answer.value : undefined
    })
  }, [workspace, isLive, directory])
  return null
}
