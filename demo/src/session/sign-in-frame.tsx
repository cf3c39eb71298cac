import type { ReactNode } from 'react'

/** What every way to sign in begins with. */
export const SignInFrame = (props: { isInvited: boolean; children: ReactNode }) => (
  <main className="sign-in">
    <img className="sign-in-mark" src="/icon.svg" alt="" width="56" height="56" />
    <h1>{props.isInvited ? 'You are invited' : 'Kith'}</h1>
    <p className="quiet">
      {props.isInvited
        ? 'Sign in, then join the workspace.'
        : 'Contacts that a team shares, online or not.'}
    </p>
    {props.children}
  </main>
)
