/**
 * The `muster` command line: finds the subcommand's file, lets it register,
 * runs it, and turns what goes wrong into one sentence and an exit code.
 */
import { readdirSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { CannotAsk, exitCodes, type CommandModule } from './command.ts'

const folder = new URL('./commands/', import.meta.url)

function commandNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
}

async function load(name: string): Promise<CommandModule> {
  return (await import(new URL(`${name}.ts`, folder).href)) as CommandModule
}

/** @param argv arguments after the program's name. @returns the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('muster')
    .description('agents pass muster before they act; anyone can prove afterwards what happened')
    .exitOverride()
    .showHelpAfterError()
  const names = commandNames()
  // Only the command asked for is loaded; help needs them all.
  const wanted = names.filter((name) => name === argv[0])
  for (const name of wanted.length > 0 ? wanted : names) (await load(name)).register(program)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? exitCodes.yes)
  } catch (error) {
    // Commander has printed its own message; help that was asked for is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.yes : exitCodes.cannotAsk
    if (error instanceof CannotAsk) {
      console.error(`muster: ${error.message}`)
      return exitCodes.cannotAsk
    }
    throw error
  }
}

process.exitCode = await main(process.argv.slice(2))
