/** What the button of the unit picker shows. */
import type { ReactNode } from 'react'
import { Building2 } from 'lucide-react'

export const unitButton = (name: string): ReactNode => (
  <>
    <Building2 size={15} aria-hidden />
    <span className="max-w-52 truncate">{name}</span>
  </>
)
