/**
 * The only place where a transaction begins, and it begins with verified claims.
 */
export * from './requestScope.ts'
export * from './pool.ts'
export * from './prismaRequest.ts'
export * from './receipts.ts'
export * from './dataKeyStore.ts'
export { isUnavailable, sqlState, toFault } from './faults.ts'
export {
  loginRoles,
  migrate,
  migrationOrder,
  migrationsHash,
  movingClock,
  provision,
  type LoginRole,
  type MovingClock,
} from './migrate.ts'
