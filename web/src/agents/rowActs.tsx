/** What may be done to one agent from its row: the likely act as a button, the others in a menu, each with its reason. */
import { MoreHorizontal } from 'lucide-react'
import { useHasCapability } from '../frame/viewer.ts'
import { plainly } from '../parts/hiddenCharacters.ts'
import { Menu } from '../parts/menu.tsx'
import { t } from '../texts.ts'
import { StandingButton, standingActs, whyNot, type StandingAct, type StandingSubject } from './standing.tsx'

export type RowAct = StandingAct | 'MOVE'

interface Props {
  agent: StandingSubject
  onAct: (act: RowAct) => void
}

export function RowActs({ agent, onAct }: Props) {
  const mayWrite = useHasCapability('agents:write')
  const change = agent.viewerActs.find(({ act }) => act === 'CHANGE')
  const whyNotMove = mayWrite ? (change?.allowed === true ? null : change?.because) : t.needs('agents:write')
  return (
    <span className="flex items-center gap-1">
      <StandingButton agent={agent} onOpen={onAct} />
      <Menu
        label={t.directory.more(plainly(agent.displayName))}
        look="quiet"
        size="small"
        groups={[
          {
            entries: standingActs.map((act) => ({
              label: t.standing.button[act],
              why: whyNot(agent, act),
              danger: act === 'REVOKE',
              run: () => onAct(act),
            })),
          },
          { entries: [{ label: t.directory.move, why: whyNotMove ?? null, run: () => onAct('MOVE') }] },
        ]}
      >
        <MoreHorizontal size={15} aria-hidden />
      </Menu>
    </span>
  )
}
