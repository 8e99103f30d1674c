/**
 * A button whose menu is loaded when it is first wanted: pointing at it or
 * focusing it fetches the menu, pressing it puts the menu in its place, open.
 */
import { lazy, Suspense, useState, type ComponentType, type ReactNode } from 'react'
import { buttonLooks, type ButtonLook } from './button.tsx'

interface ButtonProps extends ButtonLook {
  label: string
  children?: ReactNode
  className?: string
}

/** @param load the module whose default is the menu, with its own button of the same look. */
export function whenPressed<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props & ButtonProps> {
  const Loaded = lazy(load)
  return function WhenPressed(props: Props & ButtonProps) {
    const [isWanted, setIsWanted] = useState(false)
    const { label, children, look, size, className } = props
    const fetchAhead = (): void => void load().catch(() => undefined)
    const button = (
      <button
        type="button"
        aria-haspopup="menu"
        aria-expanded={isWanted}
        aria-label={children === undefined ? undefined : label}
        title={children === undefined ? undefined : label}
        onPointerEnter={fetchAhead}
        onFocus={fetchAhead}
        onClick={() => setIsWanted(true)}
        className={buttonLooks({ look, size, className })}
      >
        {children ?? label}
      </button>
    )
    return isWanted ? (
      <Suspense fallback={button}>
        <Loaded {...props} />
      </Suspense>
    ) : (
      button
    )
  }
}
