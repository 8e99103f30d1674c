/** Which list each number leads to: the very rows it counts, by the list's own address. */
import { linkOptions } from '@tanstack/react-router'
import { present } from '../frame/search.ts'
import type { AgentStatus } from '../frame/vocabulary.ts'

/** What a row of a table or the whole page is about. */
export interface Place {
  unit?: string | undefined
  owner?: string | undefined
}

const where = ({ unit, owner }: Place) => ({ team: unit, owner })

export const agentsIn = (place: Place, status?: AgentStatus) =>
  linkOptions({ to: '/agents', search: present({ ...where(place), status }) })
/** The tiers the number counts, in one list. */
export const highRiskIn = (place: Place) =>
  linkOptions({ to: '/agents', search: present({ ...where(place), q: 'tier:high,critical' }) })
/** What is open, of a unit and what stands below it; an owner's are not told apart there. */
export const incidentsIn = ({ unit }: Place) =>
  linkOptions({ to: '/findings', search: present({ tab: 'incidents' as const, unit }) })
/** What waits, of a unit; an owner's are not told apart there. */
export const pendingIn = ({ unit }: Place) =>
  linkOptions({ to: '/approvals', search: present({ q: unit === undefined ? undefined : `team:${unit}` }) })

export type ListLink = ReturnType<typeof agentsIn | typeof highRiskIn | typeof incidentsIn | typeof pendingIn>
