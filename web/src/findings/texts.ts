/** The texts of the findings screen. */
import { count } from '../frame/plural.ts'

export const findingsTexts = {
  title: 'Findings',
  status: 'Status',
  empty: 'No findings',
  emptyHint: 'What detections raise appears here, most recently seen first.',
  severity: 'Severity',
  what: 'What',
  agent: 'Agent',
  count: 'Seen',
  times: (n: number) => count(n, 'time', 'times'),
  last: 'Last seen',
  acts: 'Acts',
  acknowledge: 'Acknowledge',
  close: 'Close…',
  closeTitle: 'Close this finding',
  closeReason: 'Reason',
  confirmClose: 'Close the finding',
  acknowledged: 'Acknowledged.',
  closed: 'Closed.',
} as const
