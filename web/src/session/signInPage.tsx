/** The first screen: who you are; in the demo also who there is to be. */
import { useRef, useState, type RefObject, type SyntheticEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { asFailure, type Failure } from '../graph/requestFailure.ts'
import { Button } from '../parts/button.tsx'
import { FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { DemoPeople } from './demoPeople.tsx'
import { signIn, signOn } from './session.ts'

export function SignInPage() {
  const router = useRouter()
  const { next, sso } = useSearch({ from: '/sign-in' })
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const passwordField = useRef<HTMLInputElement>(null)
  const attempt = useMutation({
    mutationFn: () => signIn(email, password),
    // The route itself leads on, to where one wanted to go.
    onSuccess: () => router.invalidate(),
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    attempt.mutate()
  }
  const choose = (chosen: string): void => {
    setEmail(chosen)
    passwordField.current?.focus()
  }
  return (
    <main className="flex min-h-dvh flex-wrap content-center items-start justify-center gap-x-14 gap-y-8 p-6">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-3">
          <img src="/mark.svg" alt="" className="size-9" />
          <div>
            <h1 className="text-xl font-semibold">{t.product}</h1>
            <p className="text-muted">{t.signIn.lead}</p>
          </div>
        </div>
        <form onSubmit={submit} className="rounded-lg border border-line bg-surface p-6 shadow-sm">
          <Field label={t.signIn.email} type="email" autoComplete="username" value={email} onValue={setEmail} />
          <Field
            label={t.signIn.password}
            type="password"
            autoComplete="current-password"
            value={password}
            onValue={setPassword}
            field={passwordField}
          />
          {attempt.isError && (
            <div className="mb-4">
              <FailureNote failure={inWords(attempt.error)} />
            </div>
          )}
          <Button type="submit" look="primary" className="w-full" busy={attempt.isPending}>
            {t.signIn.submit}
          </Button>
          <Button
            className="mt-3 w-full"
            why={email.includes('@') ? null : t.signIn.ssoNeedsEmail}
            onClick={() => signOn(email, next)}
          >
            {t.signIn.sso}
          </Button>
          {sso !== undefined && (
            <p role="alert" className="mt-3 text-sm">
              {sso === 'refused' ? t.signIn.ssoRefused : t.signIn.ssoUnavailable}
            </p>
          )}
        </form>
      </div>
      <DemoPeople chosen={email} onChoose={choose} />
    </main>
  )
}

function inWords(error: unknown): Failure {
  const failure = asFailure(error)
  return failure.code === 'SIGN_IN_REFUSED' || failure.code === 'UNAUTHENTICATED'
    ? { ...failure, words: t.signIn.refused }
    : failure
}

interface FieldProps {
  label: string
  type: string
  autoComplete: string
  value: string
  onValue: (value: string) => void
  field?: RefObject<HTMLInputElement | null>
}

function Field({ label, onValue, field, ...input }: FieldProps) {
  return (
    <label className="mb-4 block">
      <span className="mb-1 block font-medium">{label}</span>
      <input
        {...input}
        ref={field}
        required
        onChange={(event) => onValue(event.target.value)}
        className="h-9 w-full rounded-md border border-line bg-canvas px-3"
      />
    </label>
  )
}
