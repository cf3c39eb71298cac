import { Hono } from 'hono'
import { isNoteId, type NoteId } from 'kith-shared'
import { problem } from '../problem.js'
import { bearer, workspaceInPath } from './bearer.js'
import { actorOf, denied } from './denied.js'
import type { HttpEnvironment, HttpPorts } from './ports.js'

/** Of 64 characters each, 6.5 KB of address: below what Node reads of a request's head. */
const MAX_IDS = 100

/** Who wrote notes, for members. Of a note that the server knows no author of, nothing is said. */
export const noteRoutes = (ports: HttpPorts): Hono<HttpEnvironment> => {
  const { directory, noteAuthors } = ports
  return new Hono<HttpEnvironment>().get(
    '/workspaces/:id/notes/authors',
    bearer(ports),
    workspaceInPath,
    async (context) => {
      const id = context.get('workspaceId')
      const noteIds = noteIdsIn(context.req.query('ids'))
      if (!noteIds) return problem(context, 400, 'Malformed note ids')
      const read = await directory.members(actorOf(context), id)
      if (read.outcome !== 'done') return denied(context, ports, read)
      const found = await noteAuthors.find(id, noteIds)
      if (found.outcome === 'away') return denied(context, ports, found)
      const present = new Map(read.members.map(({ userId, name }) => [userId, name]))
      const authors = found.authors.map(({ noteId, author }) => ({
        noteId,
        userId: author.id,
        // Who has left is called as they were when they wrote.
        name: present.get(author.id) ?? author.name,
      }))
      return context.json({ authors })
    },
  )
}

const noteIdsIn = (text = ''): NoteId[] | undefined => {
  const ids = [...new Set(text.split(','))]
  return ids.length <= MAX_IDS && ids.every(isNoteId) ? ids : undefined
}
