/**
 * `muster demo [name]`: how to sign in to the demo; with a name, the passwords
 * of the people it fits. Reads `demo.json` and asks no server.
 */
import { existsSync, readFileSync } from 'node:fs'
import { CannotAsk, type Register } from '../command.ts'

interface Flags {
  home: string
}

export const register: Register = (program) => {
  program
    .command('demo [name]')
    .description('say how to sign in to the demo; with a name or e-mail, print that password')
    .option('--home <folder>', 'where `demo.json` is', process.env['MUSTER_HOME'] ?? '.muster')
    .action(async (name: string | undefined, flags: Flags) => {
      const { homeAt } = await import('../up/home.ts')
      const file = homeAt(flags.home).demo
      if (!existsSync(file)) throw new CannotAsk(`there is no \`${file}\`: \`npm start\` makes it`)
      const { tenants } = JSON.parse(readFileSync(file, 'utf8')) as {
        tenants: { users: { email: string; password: string }[] }[]
      }
      const users = tenants.flatMap((tenant) => tenant.users)
      if (name === undefined) {
        const { guideFor } = await import('../../../../prisma/seed/guide.ts')
        const { describeDemo } = await import('../up/describeDemo.ts')
        const guide = guideFor(new Set(users.map(({ email }) => email)))
        for (const line of describeDemo(guide, file, 'npx muster demo')) console.log(line)
        return
      }
      const found = users.filter(({ email }) => email === name || email.split(/[.@]/)[0] === name.toLowerCase())
      if (found.length === 0) throw new CannotAsk(`\`${name}\` is nobody of the demo`)
      for (const { email, password } of found) console.log(`${email}  ${password}`)
    })
}
