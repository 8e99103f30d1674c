/** The frame around every screen: where one can go, who one is, and the keys that work everywhere. */
import { lazy, Suspense, useState } from 'react'
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router'
import { Keyboard, LogOut, Palette as LooksIcon } from 'lucide-react'
import { whenPressed } from '../parts/whenPressed.tsx'
import { LiveHealthNote } from '../live/live.tsx'
import { signOut } from '../session/session.ts'
import { t } from '../texts.ts'
import { useEarlyLetters } from './earlyLetters.ts'
import { useKeys } from './keys.tsx'
import { placeName, places } from './places.ts'
import { useViewer } from './viewer.ts'

const Palette = lazy(() => import('./palette.tsx'))
const HelpDialog = lazy(() => import('./helpDialog.tsx'))
const Looks = whenPressed(() => import('./looksMenu.tsx'))

export function Shell() {
  const navigate = useNavigate()
  const [helping, setHelping] = useState(false)
  const [finding, setFinding] = useState(false)
  const early = useEarlyLetters(finding)
  useKeys(
    [
      { keys: '?', label: t.keys.help, run: () => setHelping(true) },
      { keys: 'mod+k', label: t.palette.open, run: () => setFinding(true) },
      {
        keys: '/',
        label: t.keys.filter,
        run: () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
      },
      ...places.map((place) => ({
        keys: `g ${place.key}`,
        label: t.keys.go(placeName(place)),
        run: () => void navigate({ to: place.to }),
      })),
    ],
    'frame',
  )
  return (
    <div className="grid h-dvh print:block print:h-auto grid-cols-[13rem_minmax(0,1fr)] max-md:grid-cols-[3.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="absolute -top-20 left-2 z-10 rounded bg-accent-fill px-3 py-2 text-on-accent focus:top-2"
      >
        {t.skip}
      </a>
      <header className="flex flex-col border-r border-line bg-surface print:hidden">
        <div className="flex h-14 items-center gap-2.5 px-4">
          <img src="/mark.svg" alt="" className="size-6" />
          <span className="text-base font-semibold max-md:sr-only">{t.product}</span>
        </div>
        <nav aria-label={t.nav.label} className="flex flex-col gap-0.5 px-2">
          {places.map((place) => (
            <Link
              key={place.to}
              to={place.to}
              aria-label={placeName(place)}
              className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-raised hover:text-ink"
              activeProps={{ className: 'bg-raised font-medium text-ink!', 'aria-current': 'page' }}
            >
              <place.icon size={17} aria-hidden className="shrink-0" />
              <span className="max-md:sr-only">{placeName(place)}</span>
            </Link>
          ))}
        </nav>
        <Corner onHelp={() => setHelping(true)} />
      </header>
      <main id="content" tabIndex={-1} className="min-h-0 overflow-hidden outline-none print:overflow-visible">
        <Outlet />
      </main>
      <Suspense>
        {finding && <Palette early={early} onClose={() => setFinding(false)} />}
        {helping && <HelpDialog onClose={() => setHelping(false)} />}
      </Suspense>
    </div>
  )
}

function Corner({ onHelp }: { onHelp: () => void }) {
  const viewer = useViewer()
  const router = useRouter()
  const leave = async (): Promise<void> => {
    await signOut()
    await router.invalidate()
  }
  const quiet =
    'flex h-8 w-full items-center gap-2.5 overflow-hidden text-left whitespace-nowrap rounded-md px-2.5 text-muted hover:bg-raised hover:text-ink'
  return (
    <div className="mt-auto flex flex-col gap-0.5 border-t border-line p-2">
      {viewer !== undefined && (
        <div className="px-2.5 py-1.5 max-md:sr-only">
          <p className="truncate font-medium" title={viewer.email ?? undefined}>
            <span className="sr-only">{t.nav.signedInAs} </span>
            {viewer.displayName ?? viewer.email ?? viewer.id}
          </p>
          {[...new Set(viewer.roles.map(({ role, scope }) => `${role} · ${scope?.name ?? t.nav.wholeTenant}`))].map(
            (line) => (
              <p key={line} className="truncate text-[12px] text-muted" title={line}>
                {line}
              </p>
            ),
          )}
          <p className="truncate text-[12px] text-muted">{viewer.tenant.name}</p>
        </div>
      )}
      <LiveHealthNote />
      <Looks label={t.looks.title} look="quiet" className="h-8! w-full justify-start! gap-2.5! px-2.5! font-normal!">
        <LooksIcon size={16} aria-hidden className="shrink-0" />
        <span className="max-md:sr-only">{t.looks.title}</span>
      </Looks>
      <button type="button" className={quiet} onClick={onHelp}>
        <Keyboard size={16} aria-hidden className="shrink-0" />
        <span className="max-md:sr-only">{t.nav.help}</span>
      </button>
      <button type="button" className={quiet} onClick={() => void leave()}>
        <LogOut size={16} aria-hidden className="shrink-0" />
        <span className="max-md:sr-only">{t.nav.signOut}</span>
      </button>
    </div>
  )
}
