/** The frame of one screen: its title, its saved views, its acts, its content. */
import { useEffect, type ReactNode } from 'react'
import { Bookmark } from 'lucide-react'
import { t } from '../texts.ts'
import { AgentText } from './agentText.tsx'
import { plainly } from './hiddenCharacters.ts'
import { whenPressed } from './whenPressed.tsx'

const SavedViews = whenPressed(() => import('../frame/savedViewsMenu.tsx'))

export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${plainly(title)} · ${t.product}`
  }, [title])
  return (
    <div className="flex h-full min-h-0 flex-col print:block">
      <header className="flex min-h-14 flex-wrap items-center gap-3 border-b border-line bg-surface px-6 py-2 print:hidden">
        <h1 className="text-lg font-semibold">
          <AgentText text={title} />
        </h1>
        <span className="mr-auto">
          <SavedViews label={t.views.title} look="quiet" size="small">
            <Bookmark size={15} aria-hidden />
          </SavedViews>
        </span>
        {actions}
      </header>
      {children}
    </div>
  )
}
