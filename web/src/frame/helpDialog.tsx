/** `?`: the keys of this page and of every page, as they are bound right now. */
import { Dialog } from '../parts/dialog.tsx'
import { Button } from '../parts/button.tsx'
import { t } from '../texts.ts'
import { useListedKeys, type Binding, type Reach } from './keys.tsx'

export default function HelpDialog({ onClose }: { onClose: () => void }) {
  const groups = useListedKeys()
  const reaching = (reach: Reach): Binding[] =>
    groups
      .filter((group) => group.reach === reach)
      .flatMap(({ bindings }) => bindings.filter(({ isQuiet = false }) => !isQuiet))
  const sections = [
    { title: t.keys.here, bindings: reaching('screen') },
    { title: t.keys.everywhere, bindings: reaching('frame') },
  ].filter(({ bindings }) => bindings.length > 0)
  return (
    <Dialog title={t.keys.title} onClose={onClose}>
      {sections.map(({ title, bindings }) => (
        <section key={title} className="mb-4">
          <h3 className="mb-1 font-medium text-muted">{title}</h3>
          <dl className="grid grid-cols-[6rem_1fr] gap-y-1">
            {bindings.map(({ keys, label, why }) => (
              <div key={keys} className="contents">
                <dt>
                  {keys.split(' ').map((key, at) => (
                    <kbd key={at} className="mr-1 rounded border border-line bg-raised px-1.5 font-mono text-[12px]">
                      {key.replace('mod+', 'Ctrl ')}
                    </kbd>
                  ))}
                </dt>
                <dd>
                  {label}
                  {why && <span className="block text-[12px] text-muted">{why}</span>}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <Button onClick={onClose}>{t.close}</Button>
    </Dialog>
  )
}
