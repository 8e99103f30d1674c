/**
 * Buttons. One that may not be pressed now stays in its place, can be reached
 * by keyboard and says why; it is never hidden.
 */
import type { ButtonHTMLAttributes } from 'react'
import { cva, type VariantProps } from 'class-variance-authority'
import { t } from '../texts.ts'

export const buttonLooks = cva(
  'inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none aria-disabled:opacity-60',
  {
    variants: {
      look: {
        plain: 'border-line bg-surface text-ink hover:bg-raised',
        primary: 'border-transparent bg-accent-fill text-on-accent hover:brightness-110',
        danger: 'border-transparent bg-bad-fill text-on-accent hover:brightness-110',
        quiet: 'border-transparent text-muted hover:bg-raised hover:text-ink',
      },
      size: { normal: 'h-9 px-3.5', small: 'h-7 px-2 text-[13px]' },
    },
    defaultVariants: { look: 'plain', size: 'normal' },
  },
)

export type ButtonLook = VariantProps<typeof buttonLooks>

interface Props extends ButtonHTMLAttributes<HTMLButtonElement>, ButtonLook {
  /** Why it may not be pressed now; null or absent when it may. */
  why?: string | null | undefined
  /** True while what it started is being recorded. */
  busy?: boolean
}

export function Button({
  why,
  busy = false,
  look,
  size,
  className,
  onClick,
  children,
  type = 'button',
  ...rest
}: Props) {
  const blocked = (why !== null && why !== undefined) || busy
  return (
    <button
      {...rest}
      type={blocked && type === 'submit' ? 'button' : type}
      aria-disabled={blocked || undefined}
      title={why ?? rest.title}
      onClick={blocked ? undefined : onClick}
      className={buttonLooks({ look, size, className })}
    >
      {busy ? t.recording : children}
    </button>
  )
}
