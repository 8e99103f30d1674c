/** What the sign-in page says. */

/** A role's name, and what its holder can do here. */
const roles: Readonly<Record<string, { name: string; does: string }>> = {
  ciso: { name: 'CISO', does: 'Sees the whole workforce by department, team and owner; can stop any agent.' },
  analyst: { name: 'Security analyst', does: 'Triages findings, freezes agents, verifies the ledger.' },
  approver: { name: 'Approver', does: 'Decides actions that are held for a person.' },
  'team-lead': { name: 'Team lead', does: 'Sees and manages one team’s agents, and nothing else.' },
  owner: { name: 'Owner', does: 'Answers for their own agents; may not approve for them.' },
  'org-admin': { name: 'Department administrator', does: 'Runs one department: people, agents, grants.' },
  'tenant-admin': { name: 'Administrator', does: 'May do everything in the company.' },
  auditor: { name: 'Auditor', does: 'Reads and verifies everything, changes nothing.' },
  viewer: { name: 'Viewer', does: 'Looks on.' },
}

export const signInTexts = {
  title: 'Sign in',
  lead: 'Every action of every agent, decided before it happens.',
  email: 'E-mail',
  password: 'Password',
  submit: 'Sign in',
  refused: 'This e-mail and password do not belong together',
  sso: 'Continue with single sign-on',
  ssoNeedsEmail: 'Give your e-mail first: its domain says where your company signs in',
  ssoRefused: 'Your company’s sign-in was not accepted here. Try again, or ask your administrator.',
  ssoUnavailable: 'There is no single sign-on for this address',
  demo: 'Who would you like to be?',
  demoHint: 'Choose a person, then give their password. Everybody’s is in',
  demoCommand: 'and this prints one:',
  roleName: (role: string): string => roles[role]?.name ?? role,
  roleDoes: (role: string): string => roles[role]?.does ?? '',
  roleIn: (role: string, unit: string) => `${role}, ${unit}`,
}
