/**
 * What comes after the first paint, each as one chunk that its folder's `*-part.ts` puts together.
 * Those that open from an open workspace are named in `from-workspace.ts`, which comes with it.
 */
import { createPart, type Part } from './part.js'
import { areReachable } from './part-files.js'

/** `name`: of the module that `load` imports. */
export const part = <Content>(name: string, load: () => Promise<Content>): Part<Content> =>
  createPart(load, () => areReachable(name))

/**
 * All for who is signed in, with the client: the open workspace and the list of them. The page asks
 * for it from the start, as most people are, so nobody looks first whether it can be had.
 */
export const signedInPart = createPart(
  () => import('../session/signed-in-part.js'),
  () => Promise.resolve(true),
)
/** Where a server's people sign in with Supabase, and nowhere else. */
export const supabasePart = part('supabase-part', () => import('../supabase/supabase-part.js'))
