/** The time range of the roll-up, loaded when its button is pressed: then it is open already. */
import { TimeRange, type TimeRangeProps } from '../parts/timeRange.tsx'

export default function WindowMenu(props: TimeRangeProps) {
  return <TimeRange {...props} startsOpen />
}
