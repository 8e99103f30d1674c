/**
 * What a subcommand is: one file in `commands/`, named like the command, that
 * exports `register`. Nothing else needs to know about it.
 *
 * INVARIANT (exit codes): 0 means yes, 1 means no (broken, failed), 2 means the
 * question could not be asked (no such file, wrong arguments).
 */
import type { Command } from 'commander'

/** Adds the command to the program. Heavy modules are imported inside its action. */
export type Register = (program: Command) => void

export interface CommandModule {
  readonly register: Register
}

export const exitCodes = { yes: 0, no: 1, cannotAsk: 2 } as const

/** Something the user can put right: shown as one sentence, exit code 2, no stack. */
export class CannotAsk extends Error {
  override readonly name = 'CannotAsk'
}
