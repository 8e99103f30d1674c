/**
 * A tenant of the isolation world at work: an agent that asks, services that
 * record, a reader with a verifier, and somebody who owns the machine.
 */
import { randomBytes } from 'node:crypto'
import { canonicalize } from '@muster/canonical-json'
import { newId, systemClock, type Claims } from '@muster/kernel'
import {
  importPublic,
  LocalFileProvider,
  LocalSigner,
  MemorySigningKeyStore,
  rawEd25519,
  verifyEd25519,
} from '@muster/keys'
import {
  ed25519KeyId,
  parseReceiptBody,
  type LedgerEntry,
  type NoteSigner,
  type NoteVerifier,
  type ReceiptBody,
} from '@muster/ledger'
import {
  compilePolicies,
  decide,
  defaultBundle,
  factsFrom,
  parseStanding,
  type Decision,
  type PolicySet,
} from '@muster/policy'
import type { LoginRole } from '../migrate.ts'
import { appendReceipts, type NewReceipt } from '../receipts.ts'
import { decideBatch, standings } from './decideBatch.ts'
import type { Side, World } from './world.ts'

export class Company {
  readonly world: World
  readonly side: Side
  readonly policies: PolicySet

  private constructor(world: World, side: Side, policies: PolicySet) {
    this.world = world
    this.side = side
    this.policies = policies
  }

  /** Opens a side's company for work: the default policies become the active ones. */
  static async open(world: World, side: Side): Promise<Company> {
    const policies = compilePolicies(defaultBundle)
    await world.database.asSuperuser("UPDATE guard.policy_bundle SET state = 'archived' WHERE tenant_id = $1", [
      side.tenantId,
    ])
    await world.database.asSuperuser(
      `INSERT INTO guard.policy_bundle (tenant_id, id, name, version, hash, sources, state, created_by) VALUES ($1, $2, 'default', 1, $3, $4, 'active', $5)`,
      [side.tenantId, newId(), policies.hash, JSON.stringify(defaultBundle), side.teams[0].lead],
    )
    return new Company(world, side, policies)
  }

  /** Team 1's agent asks for one action, as the platform does it: standing, policies, one commit. */
  async attempt(
    tool: string,
    action: string,
    part: Partial<Claims> = {},
  ): Promise<{ decision: Decision; id: string; seq: string | null }> {
    const { agent } = this.side.teams[0]
    const claims: Partial<Claims> = { kind: 'agent', agent, sub: agent, all: false, ...part }
    const handover = this.world.handover('muster_decider', this.side, claims)
    return this.world.as(
      'muster_decider',
      handover,
      async (session) => {
        const asked = { agents: [agent], tool, action }
        const [standing] = await standings(session, { ...asked, items: [] })
        const decision = this.#decide(agent, tool, action, standing ?? null)
        const { outcome, reasonCode: reason } = decision
        const item = {
          handover,
          stand: 1,
          id: newId(),
          outcome,
          reason,
          permit: outcome === 'ALLOW' ? '2100-01-01' : null,
          data: canonicalize({ outcome, reasonCode: reason }),
        }
        const [answer] = await decideBatch(session, { ...asked, items: [item] })
        return { decision, id: item.id, seq: answer?.seq ?? null }
      },
      'keep',
    )
  }

  #decide(agentId: string, tool: string, action: string, standing: string | null): Decision {
    const facts = parseStanding(standing)
    if (facts === null) throw new Error('the agent of the seed is not there')
    return decide(
      factsFrom(facts, {
        agentId,
        sessionId: null,
        credential: { kind: 'agent', ceiling: 'TRUSTED_INTERNAL' },
        nowMs: systemClock.nowMs(),
        request: {
          tool,
          action,
          resource: null,
          claimedTrust: 'TRUSTED_INTERNAL',
          signatureVerified: false,
          claimedMutates: null,
          manifestHash: null,
          destination: null,
          connectorId: null,
          onBehalfOf: null,
          delegated: false,
          amount: null,
        },
      }),
      this.policies,
    )
  }

  /** One receipt of a service, as the services write theirs. */
  async record(role: LoginRole, receipt: NewReceipt, part: Partial<Claims> = {}): Promise<void> {
    await this.world.as(
      role,
      this.world.handover(role, this.side, part),
      (session) =>
        appendReceipts(
          async <Row>(sql: string, values: readonly unknown[]) => (await session.query(sql, [...values])).rows as Row[],
          [receipt],
        ),
      'keep',
    )
  }

  /** The ledger as a reader with these claims gets it: bodies outside of their scope are null. */
  async ledger(part: Partial<Claims> = {}): Promise<LedgerEntry[]> {
    const handover = this.world.handover('muster_passport', this.side, part)
    return this.world.as('muster_passport', handover, async (session) => {
      const { rows } = await session.query<{ seq: string; leaf: Buffer; link: Buffer; body: Buffer | null }>(
        'SELECT e.seq, e.leaf, e.link, r.body FROM ledger.entry e LEFT JOIN ledger.receipt r USING (tenant_id, seq) ORDER BY e.seq',
      )
      return rows.map(({ seq, leaf, link, body }) => ({
        seq,
        leafHash: leaf.toString('hex'),
        link: link.toString('hex'),
        body: body?.toString('utf8') ?? null,
      }))
    })
  }

  /** A fresh ledger key of this tenant: who signs with it, and who knows it. */
  async signing(): Promise<{ signer: NoteSigner; verifier: NoteVerifier }> {
    const { tenantId, origin } = this.side
    const provider = new LocalFileProvider({ salt: randomBytes(32), keys: [{ id: '00000001', key: randomBytes(32) }] })
    const keys = new LocalSigner({ store: new MemorySigningKeyStore(), provider, clock: systemClock })
    await keys.activeKeyId(tenantId, 'ledger')
    const [known] = await keys.publicKeys(tenantId, 'ledger')
    if (known === undefined) throw new Error('no key was made')
    const keyId = ed25519KeyId(origin, rawEd25519(known.publicJwk))
    const key = importPublic(known.publicJwk, 'Ed25519')
    return {
      signer: { name: origin, keyId, sign: async (text) => (await keys.sign(tenantId, 'ledger', text)).signature },
      verifier: { name: origin, keyId, verify: (text, signature) => verifyEd25519(key, text, signature) },
    }
  }

  /** Runs SQL on the ledger's tables past triggers and policies, as who owns the machine could. */
  async tamper(sql: string, values: unknown[] = []): Promise<void> {
    const switched = (to: string): Promise<unknown> =>
      this.world.database.asSuperuser(
        ['entry', 'receipt'].map((table) => `ALTER TABLE ledger.${table} ${to} TRIGGER append_only`).join(';'),
      )
    await switched('DISABLE')
    try {
      await this.world.database.asSuperuser(sql, values)
    } finally {
      await switched('ENABLE')
    }
  }

  /** Runs `work` and puts the ledger's tables back as they were. */
  async undone(work: () => Promise<void>): Promise<void> {
    const tables = ['entry', 'receipt']
    for (const table of tables) await this.tamper(`CREATE TABLE public.kept_${table} AS SELECT * FROM ledger.${table}`)
    try {
      await work()
    } finally {
      for (const table of tables) {
        await this.tamper(`DELETE FROM ledger.${table}`)
        await this.tamper(`INSERT INTO ledger.${table} SELECT * FROM public.kept_${table}`)
        await this.tamper(`DROP TABLE public.kept_${table}`)
      }
    }
  }
}

/** The bodies a reader could read, strictly parsed. */
export const bodiesOf = (entries: readonly LedgerEntry[]): ReceiptBody[] =>
  entries.flatMap(({ body }) => (body === null ? [] : [parseReceiptBody(body)]))
