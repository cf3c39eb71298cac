/** What the server answers about workspaces and members. Readers are total: a wrong answer is `undefined`. */
import { isNoteId, isRole, isUserId, isWorkspaceId, type Role } from 'kith-shared'
import * as v from 'valibot'

const Moment = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  // Not NaN, which a text that is no moment gives.
  v.number(),
)
const RoleName = v.custom<Role>(isRole)
const UserId = v.custom<string>(isUserId)
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** A workspace as I see it. Moments are milliseconds since 1970, here and below. */
export const WorkspaceAnswer = v.object({
  id: v.custom<string>(isWorkspaceId),
  name: v.string(),
  role: RoleName,
  members: Count,
})
export type WorkspaceEntry = v.InferOutput<typeof WorkspaceAnswer>

export const MemberAnswer = v.object({
  userId: UserId,
  name: v.string(),
  email: v.nullable(v.string()),
  role: RoleName,
  joinedAt: Moment,
})
export type Member = v.InferOutput<typeof MemberAnswer>

const inviteEntries = {
  inviteId: v.pipe(v.string(), v.minLength(1)),
  role: RoleName,
  createdBy: UserId,
  createdAt: Moment,
  expiresAt: Moment,
  uses: Count,
}
export const InviteAnswer = v.object(inviteEntries)
export type Invite = v.InferOutput<typeof InviteAnswer>

/** Only the answer to its making tells a link: the server keeps no copy of the code. */
export const NewInviteAnswer = v.object({
  ...inviteEntries,
  code: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,128}$/)),
})
export type NewInvite = v.InferOutput<typeof NewInviteAnswer>

export const WorkspacesAnswer = v.pipe(
  v.object({ workspaces: v.array(WorkspaceAnswer) }),
  v.transform(({ workspaces }) => workspaces),
)
export const MembersAnswer = v.pipe(
  v.object({ members: v.array(MemberAnswer) }),
  v.transform(({ members }) => members),
)
export const InvitesAnswer = v.pipe(
  v.object({ invites: v.array(InviteAnswer) }),
  v.transform(({ invites }) => invites),
)

export const NoteAuthorsAnswer = v.pipe(
  v.object({
    authors: v.array(
      v.object({ noteId: v.custom<string>(isNoteId), userId: UserId, name: v.string() }),
    ),
  }),
  v.transform(({ authors }) =>
    authors.map(({ noteId, userId: id, name }) => ({ noteId, author: { id, name } })),
  ),
)
export type NoteAuthor = v.InferOutput<typeof NoteAuthorsAnswer>[number]

export type Reader<Value> = v.GenericSchema<unknown, Value>

export const readAnswer = <Value>(reader: Reader<Value>, answer: unknown): Value | undefined => {
  const parsed = v.safeParse(reader, answer)
  return parsed.success ? parsed.output : undefined
}
