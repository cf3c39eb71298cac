/** A request's body: JSON, bounded, of the shape that a schema says. */
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'
import { plainLine } from '../plain-text.js'
import { problem } from '../problem.js'

const MAX_BODY_BYTES = 4096
const MAX_NAME_CHARACTERS = 200

/** Stops reading there, whatever the request's length claims. */
export const limited = bodyLimit({
  maxSize: MAX_BODY_BYTES,
  onError: (context) => problem(context, 413, 'Too large'),
})

/** One line for people, which must not be empty. */
export const Name = v.pipe(
  v.string(),
  v.maxLength(MAX_NAME_CHARACTERS),
  v.transform(plainLine),
  v.minLength(1),
)

/**
 * The body, or the problem to answer with. Only JSON: a form of a foreign page could otherwise
 * post here without being asked first.
 */
export const readBody = async <Schema extends v.GenericSchema>(
  context: Context,
  schema: Schema,
): Promise<{ ok: true; body: v.InferOutput<Schema> } | { ok: false; refusal: Response }> => {
  if (!/^application\/json *(;|$)/i.test(context.req.header('content-type') ?? '')) {
    return { ok: false, refusal: problem(context, 415, 'Send application/json') }
  }
  const parsed = v.safeParse(schema, await jsonOf(context))
  if (parsed.success) return { ok: true, body: parsed.output }
  const detail = detailOf(parsed.issues)
  return { ok: false, refusal: problem(context, 400, 'Bad request', { detail }) }
}

/** A list is an object to valibot, one without properties: it is no body of ours. */
const jsonOf = async (context: Context): Promise<unknown> => {
  try {
    const body: unknown = await context.req.json()
    return Array.isArray(body) ? undefined : body
  } catch {
    return undefined
  }
}

/** Says where and what is wanted; what came is not repeated. */
const detailOf = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues
    .map((issue) => {
      const wanted = issue.type === 'custom' ? issue.message : (issue.expected ?? issue.type)
      return `${v.getDotPath(issue) ?? 'body'}: ${wanted}`
    })
    .join('; ')
