/** How people sign in here: pages ask before anybody has. */
import { Hono } from 'hono'
import type { SignInOffer } from '../../sign-in-offer.js'
import type { HttpEnvironment, HttpPorts } from './ports.js'

export const signInRoutes = ({ signIn }: Pick<HttpPorts, 'signIn'>): Hono<HttpEnvironment> =>
  new Hono<HttpEnvironment>().get('/sign-in', (context) => context.json<SignInOffer>(signIn))

/** Where a page must be let go to sign people in; '' for nowhere but here. */
export const signInOrigin = (signIn: SignInOffer): string =>
  signIn.kind === 'supabase' ? new URL(signIn.url).origin : ''
