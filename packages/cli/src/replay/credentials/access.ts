/**
 * With what the replay asks: the address, the key, who owns the agents it has
 * to register, and the people it may approve as.
 */
import { CannotAsk } from '../../command.ts'
import { readDemo, tenantOf, type DemoPerson } from './demoFile.ts'

export interface Wanted {
  readonly home: string
  readonly url: string | null
  readonly key: string | null
  readonly tenant: string | null
  /** E-mail address. */
  readonly owner: string | null
}

export interface Access {
  readonly url: string
  /** Decides, redeems, registers and reads: one credential, because permits and idempotency keys belong to it. */
  readonly key: string
  /** Asks for a checkpoint at the end, which the key above usually may not. */
  readonly signingKey: string
  /** Null when nobody is known; then agents must exist already. */
  readonly ownerEmail: string | null
  readonly people: readonly DemoPerson[]
}

const urlDefault = 'http://localhost:4000'

/** @throws CannotAsk when there is no key to ask with. */
export async function findAccess(wanted: Wanted): Promise<Access> {
  const demo = await readDemo(wanted.home)
  if (demo === null) {
    if (wanted.tenant !== null) throw new CannotAsk(`\`--tenant\` needs a \`demo.json\` in \`${wanted.home}\``)
    if (wanted.key === null) {
      throw new CannotAsk(`there is no \`demo.json\` in \`${wanted.home}\`: run \`npm start\`, or give \`--key\``)
    }
    return {
      url: wanted.url ?? urlDefault,
      key: wanted.key,
      signingKey: wanted.key,
      ownerEmail: wanted.owner,
      people: [],
    }
  }
  const tenant = tenantOf(demo, wanted.tenant)
  // The integrator's key is meant for this and can do less than the administrator's.
  const key = wanted.key ?? tenant.apiKeys['integrator'] ?? tenant.apiKeys['admin']
  if (key === undefined) throw new CannotAsk(`the demo file has no key for \`${tenant.slug}\`: give \`--key\``)
  return {
    url: wanted.url ?? demo.url,
    key,
    signingKey: wanted.key ?? tenant.apiKeys['admin'] ?? key,
    ownerEmail: wanted.owner ?? ownerAmong(tenant.people),
    people: tenant.people,
  }
}

/** Somebody who owns agents and approves nothing, so that nobody able to approve is lost to owning. */
function ownerAmong(people: readonly DemoPerson[]): string | null {
  const owner =
    people.find(({ roles }) => roles.some(({ role }) => role === 'owner')) ??
    people.find(({ roles }) => roles.some(({ role }) => role === 'tenant-admin'))
  return owner?.email ?? null
}
