import { SupabaseSignIn } from '../supabase/supabase-sign-in.js'
import { SignIn, type SignInProps } from './sign-in.js'
import { useSignInOffer } from './sign-in-offer.js'

/** By the server's word: with Supabase, or as anybody in development. */
export const SignInPage = (props: SignInProps) => {
  const offer = useSignInOffer()
  // Known at once but in the very first visit, and then within the time of a request.
  if (offer === undefined) return <main className="sign-in" />
  return offer.kind === 'supabase' ? (
    <SupabaseSignIn offer={offer} {...props} />
  ) : (
    <SignIn {...props} />
  )
}
