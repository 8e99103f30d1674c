/** A state in a word and a sign; the colour only repeats what they say. */
import { cva, type VariantProps } from 'class-variance-authority'
import { t } from '../texts.ts'

const tones = cva(
  'inline-flex items-center gap-1 rounded-full align-middle px-2 py-px text-[12px] font-medium whitespace-nowrap',
  {
    variants: {
      tone: {
        good: 'bg-good-soft text-good',
        warn: 'bg-warn-soft text-warn',
        bad: 'bg-bad-soft text-bad',
        cold: 'bg-cold-soft text-cold',
        plain: 'bg-raised text-muted',
      },
    },
    defaultVariants: { tone: 'plain' },
  },
)

export type Tone = NonNullable<VariantProps<typeof tones>['tone']>

const signs: Readonly<Record<Tone, string>> = { good: '●', warn: '▲', bad: '■', cold: '◆', plain: '○' }

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: string }) {
  return (
    <span className={tones({ tone })}>
      <span aria-hidden className="text-[9px]">
        {signs[tone]}
      </span>
      {children}
    </span>
  )
}

const toneOf: Readonly<Record<string, Tone>> = {
  ACTIVE: 'good',
  RESTRICTED: 'warn',
  FROZEN: 'cold',
  QUARANTINED: 'bad',
  REVOKED: 'plain',
  LOW: 'plain',
  INFO: 'plain',
  MEDIUM: 'warn',
  HIGH: 'bad',
  CRITICAL: 'bad',
  PENDING: 'warn',
  APPROVED: 'good',
  REJECTED: 'bad',
  EXPIRED: 'plain',
  ALLOW: 'good',
  REVIEW: 'warn',
  DENY: 'bad',
  OPEN: 'bad',
  ACKNOWLEDGED: 'warn',
  CONTAINED: 'cold',
  CLOSED: 'plain',
  PINNED: 'good',
}

/** A code of the graph as a badge, in its word. */
export function Status({ code }: { code: string }) {
  return <Badge tone={toneOf[code] ?? 'plain'}>{t.words(code)}</Badge>
}
