/**
 * `muster up`: starts the embedded form and says when it is ready.
 *
 * One clear sentence when it cannot; Ctrl-C leaves nothing running.
 */
import { Option } from 'commander'
import { exitCodes, type Register } from '../command.ts'

interface Options {
  reset: boolean
  port: string
  home: string
  demo: string
}

export const register: Register = (program) => {
  program
    .command('up')
    .description('start Muster on this machine: database, services, gateway and console on one address')
    .option('--reset', 'throw away the data and begin anew', false)
    .addOption(new Option('--port <port>', 'port to serve').env('PORT').default('4000'))
    .addOption(new Option('--home <folder>', 'where data is kept').env('MUSTER_HOME').default('.muster'))
    .addOption(
      new Option('--demo <size>', 'what a first start makes: the whole demo company, or a small one without a past')
        .env('MUSTER_DEMO')
        .choices(['full', 'small'])
        .default('full'),
    )
    .action(run)
}

async function run(options: Options): Promise<void> {
  // First: it patches the database driver as that is loaded.
  const { startTelemetry } = await import('@muster/gateway/telemetry')
  const telemetry = await startTelemetry({ serviceName: 'muster' })
  const { explainStartError, resetHome } = await import('@muster/db/embedded')
  const { CatalogViolation } = await import('@muster/db/catalog')
  const { clockFrom } = await import('@muster/kernel')
  const { startPlatform } = await import('../up/platform.ts')
  const { companiesOf } = await import('../../../../prisma/seed/demo.ts')
  const { seedWasInterrupted, writeDemo } = await import('../up/demo.ts')
  const { describeDemo } = await import('../up/describeDemo.ts')
  const { homeAt, ownEntries } = await import('../up/home.ts')
  const { assertPortFree } = await import('../up/port.ts')
  const startedAt = performance.now()
  const say = (words: string): void => console.log(`  ${words}`)
  const port = Number(options.port)
  const stopping = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.resolve())

  try {
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError(`\`${options.port}\` is not a port`)
    await assertPortFree(port)
    const home = homeAt(options.home)
    if (options.reset) {
      await resetHome({ home: home.folder, entries: ownEntries })
      say('the former data is gone')
    } else if (seedWasInterrupted(home)) {
      say('the demo was interrupted while it was being made: making it anew')
      await resetHome({ home: home.folder, entries: ownEntries })
    }
    const platform = await startPlatform({
      home: options.home,
      port,
      clock: clockFrom(process.env['MUSTER_CLOCK']),
      companies: companiesOf[options.demo === 'small' ? 'small' : 'full'],
      supergraphFile: process.env['MUSTER_SUPERGRAPH'],
      onProgress: say,
    })
    writeDemo(platform.home, platform.url, platform.demo)
    console.log(`\n  Muster is ready at ${platform.url}   (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
    const command = `npx muster demo${options.home === '.muster' ? '' : ` --home ${options.home}`}`
    for (const line of describeDemo(platform.demo.guide, platform.home.demo, command)) console.log(`  ${line}`)
    console.log()
    const reason = await Promise.race([
      stopping.promise.then(() => 'asked'),
      platform.databaseLost.then(() => 'database'),
    ])
    if (reason === 'database')
      console.error('muster: the database ended and could not be started again; see its log in the home folder')
    else say('stopping')
    await platform.stop()
    await telemetry?.stop()
    process.exitCode = reason === 'database' ? exitCodes.no : exitCodes.yes
  } catch (error) {
    console.error(`muster: ${explainStartError(error)}`)
    // What differs from the review is a list; a sentence cannot hold it.
    if (error instanceof CatalogViolation) for (const what of error.violations) console.error(`  ${what}`)
    process.exitCode = exitCodes.no
  }
  // Whatever a library left open must not keep a stopped platform alive.
  process.exit()
}
