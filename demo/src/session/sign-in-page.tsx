import { type ReactNode, useEffect } from 'react'
import { Later } from '../parts/later.js'
import { signedInPart, supabasePart } from '../parts/parts.js'
import { whenIdle } from '../parts/when-idle.js'
import { SignIn, type SignInProps } from './sign-in.js'
import { useSignInOffer } from './sign-in-offer.js'

/** By the server's word: with Supabase, or as anybody in development. */
export const SignInPage = (props: SignInProps) => {
  const offer = useSignInOffer()
  // While somebody types, what comes next.
  useEffect(() => whenIdle(signedInPart.load), [])
  // Known at once but in the very first visit, and then within the time of a request.
  if (offer === undefined) return <main className="sign-in" />
  return offer.kind === 'supabase' ? (
    <Later part={supabasePart} frame={page}>
      {({ SupabaseSignIn }) => <SupabaseSignIn offer={offer} {...props} />}
    </Later>
  ) : (
    <SignIn {...props} />
  )
}

const page = (notice: ReactNode) => <main className="sign-in">{notice}</main>
