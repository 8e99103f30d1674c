/** What `muster up` seeds: the small companies tests start with, or the demo with its thirty days. */
import { smallCompanies, tailspin, type SeedCompany } from './company.ts'
import { northwind } from './northwind/company.ts'

export const demoSizes = ['full', 'small'] as const
export type DemoSize = (typeof demoSizes)[number]

/** The second tenant stays small; it has a little history so that it is no empty house. */
const livedInTailspin: SeedCompany = {
  ...tailspin,
  tools: tailspin.tools.map(({ server, tools }) => ({
    server,
    tools: tools.map((tool) => ({
      ...tool,
      uses: [{ action: tool.mutates ? 'close' : 'read', parameters: ['ticketId'] }],
    })),
  })),
  history: { callsADay: 6, eventsADay: 12, heldADay: 0, pendingAtEnd: 0, shaky: {}, acts: [] },
}

/** Companies by size, the demo company first. */
export const companiesOf: Readonly<Record<DemoSize, readonly SeedCompany[]>> = {
  full: [northwind, livedInTailspin],
  small: smallCompanies,
}
