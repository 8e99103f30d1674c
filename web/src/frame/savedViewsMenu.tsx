/** The menu beside a page's title: its saved views, saving this one, and putting old ones away. */
import { lazy, Suspense, useState } from 'react'
import { useLocation, useRouter } from '@tanstack/react-router'
import { Bookmark, Trash2, Users } from 'lucide-react'
import { useQuery } from 'urql'
import { Menu } from '../parts/menu.tsx'
import { t } from '../texts.ts'
import { addressOf, screenOf } from './places.ts'
import { savedViewsQuery, type SavedView } from './savedViews.ts'

const SaveViewDialog = lazy(() => import('./saveViewDialog.tsx'))
const DeleteViewsDialog = lazy(() => import('./deleteViewsDialog.tsx'))

export default function SavedViewsMenu({ startsOpen = true }: { startsOpen?: boolean }) {
  const router = useRouter()
  const { pathname, searchStr } = useLocation()
  const screen = screenOf(pathname)
  const [asked, setAsked] = useState<'save' | 'delete' | null>(null)
  const [{ data }, again] = useQuery({ query: savedViewsQuery, variables: { screen }, pause: screen === null })
  const views = screen === null ? [] : (data?.savedViews ?? [])
  const entry = (view: SavedView) => {
    const address = addressOf(view)
    return {
      label: view.name,
      checked: view.search === searchStr,
      closesOnChoice: true,
      why: address === null ? t.views.elsewhere : null,
      run: () => address !== null && router.history.push(address),
    }
  }
  const noScreen = screen === null ? t.views.oneThing : null
  const close = (): void => {
    setAsked(null)
    again({ requestPolicy: 'network-only' })
  }
  return (
    <>
      <Menu
        label={t.views.title}
        look="quiet"
        size="small"
        align="start"
        startsOpen={startsOpen}
        groups={[
          { title: t.views.mine, entries: views.filter(({ isMine }) => isMine).map(entry) },
          { title: t.views.shared, entries: views.filter(({ isMine }) => !isMine).map(entry) },
          {
            entries: [
              {
                label: t.views.save,
                why: noScreen,
                icon: <Bookmark size={14} aria-hidden />,
                run: () => setAsked('save'),
              },
              {
                label: t.views.manage,
                why: noScreen ?? (views.length === 0 ? t.views.none : null),
                icon: <Trash2 size={14} aria-hidden />,
                run: () => setAsked('delete'),
              },
            ],
          },
        ]}
      >
        <Bookmark size={15} aria-hidden />
      </Menu>
      <Suspense>
        {asked === 'save' && screen !== null && (
          <SaveViewDialog
            screen={screen}
            search={searchStr}
            names={views.filter(({ isMine }) => isMine)}
            onClose={close}
          />
        )}
        {asked === 'delete' && <DeleteViewsDialog views={views} onClose={close} />}
      </Suspense>
    </>
  )
}

/** Who else sees it, in a sign and a word. */
export function ViewReach({ view }: { view: SavedView }) {
  return view.isShared ? (
    <span className="inline-flex items-center gap-1 text-[12.5px] text-muted">
      <Users size={12} aria-hidden />
      {t.views.isShared}
    </span>
  ) : null
}
