/** The frame around every screen: where one can go, who one is, and the keys that work everywhere. */
import { useState } from 'react'
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router'
import { Bot, ClipboardCheck, Keyboard, LogOut, ScrollText, ShieldAlert, Users, type LucideIcon } from 'lucide-react'
import { signOut } from '../session/session.ts'
import { t } from '../texts.ts'
import { HelpDialog } from './helpDialog.tsx'
import { useKeys } from './keys.tsx'
import { Palette } from './palette.tsx'
import { themes, useTheme, type Theme } from './theme.ts'
import { useViewer } from './viewer.ts'

const places = [
  { to: '/workforce', label: t.nav.workforce, key: 'w', icon: Users },
  { to: '/agents', label: t.nav.agents, key: 'd', icon: Bot },
  { to: '/approvals', label: t.nav.approvals, key: 'a', icon: ClipboardCheck },
  { to: '/findings', label: t.nav.findings, key: 'f', icon: ShieldAlert },
  { to: '/records', label: t.nav.records, key: 'l', icon: ScrollText },
] as const satisfies readonly { to: string; label: string; key: string; icon: LucideIcon }[]

export function Shell() {
  const navigate = useNavigate()
  const [helping, setHelping] = useState(false)
  const [finding, setFinding] = useState(false)
  useKeys(
    [
      { keys: '?', label: t.keys.help, run: () => setHelping(true) },
      { keys: 'mod+k', label: t.palette.open, run: () => setFinding(true) },
      {
        keys: '/',
        label: t.keys.filter,
        run: () => document.querySelector<HTMLInputElement>('[data-filter]')?.focus(),
      },
      ...places.map(({ to, label, key }) => ({
        keys: `g ${key}`,
        label: t.keys.go(label),
        run: () => void navigate({ to }),
      })),
    ],
    'frame',
  )
  return (
    <div className="grid h-dvh grid-cols-[13rem_minmax(0,1fr)] max-md:grid-cols-[3.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="absolute -top-20 left-2 z-10 rounded bg-accent-fill px-3 py-2 text-on-accent focus:top-2"
      >
        {t.skip}
      </a>
      <div className="flex flex-col border-r border-line bg-surface">
        <div className="flex h-14 items-center gap-2.5 px-4">
          <img src="/mark.svg" alt="" className="size-6" />
          <span className="text-base font-semibold max-md:sr-only">{t.product}</span>
        </div>
        <nav aria-label={t.nav.label} className="flex flex-col gap-0.5 px-2">
          {places.map(({ to, label, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              aria-label={label}
              className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-raised hover:text-ink"
              activeProps={{ className: 'bg-raised font-medium text-ink!', 'aria-current': 'page' }}
            >
              <Icon size={17} aria-hidden className="shrink-0" />
              <span className="max-md:sr-only">{label}</span>
            </Link>
          ))}
        </nav>
        <Corner onHelp={() => setHelping(true)} />
      </div>
      <main id="content" tabIndex={-1} className="min-h-0 overflow-hidden outline-none">
        <Outlet />
      </main>
      {finding && <Palette places={places} onClose={() => setFinding(false)} />}
      {helping && <HelpDialog onClose={() => setHelping(false)} />}
    </div>
  )
}

function Corner({ onHelp }: { onHelp: () => void }) {
  const viewer = useViewer()
  const router = useRouter()
  const [theme, setTheme] = useTheme()
  const leave = async (): Promise<void> => {
    await signOut()
    await router.invalidate()
  }
  const quiet = 'flex h-8 w-full items-center gap-2.5 rounded-md px-2.5 text-muted hover:bg-raised hover:text-ink'
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
      <label className="flex items-center gap-2 px-2.5 py-1 text-muted max-md:hidden">
        {t.nav.theme}
        <select
          value={theme}
          onChange={(event) => setTheme(event.target.value as Theme)}
          className="ml-auto h-7 rounded border border-line bg-surface px-1 text-ink"
        >
          {themes.map((each) => (
            <option key={each} value={each}>
              {t.nav.themes[each]}
            </option>
          ))}
        </select>
      </label>
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
