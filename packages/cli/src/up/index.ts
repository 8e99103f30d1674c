/** The embedded form for programs beside the command: measurements raise it with companies of their own. */
export { startPlatform, type Platform, type PlatformOptions } from './platform.ts'
export type { SeedCompany } from '../../../../prisma/seed/company.ts'
