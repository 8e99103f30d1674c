/**
 * A proof is looked for, and settled when it is there.
 *
 * INVARIANT (one signature a nonce): the first signature offered settles a
 * challenge, as verified or as failed. A domain's token that is not found
 * settles nothing: records take their time. The look outside happens before the
 * transaction, which then checks again that nothing was settled meanwhile.
 */
import { parseStrict } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId, Refusal } from '@muster/kernel'
import { readRegisteredKey, registeredKeySigned } from '@muster/keys'
import { parseInput } from '../input.ts'
import type { Room } from '../room.ts'
import { alreadySettled, expired, keyChanged, noUsableKey, proofNotFound, unknownVerification } from './errors.ts'
import type { ProofSources } from './proofSources.ts'
import { holdProvable, prover } from './startVerification.ts'
import { settleVerification, verificationById, type AgentVerification } from './store.ts'
import { completeInput, evidenceHash, keyHash, keyMessage, recordText } from './verification.ts'

interface Found {
  proved: boolean
  /** What stands for the proof, whole. */
  evidence: string
}

/** Settles a verification. Throws the refusals named in verification.graphql. */
export async function completeVerification(
  room: Room,
  input: unknown,
): Promise<{ verification: AgentVerification; receipt: Recorded }> {
  const claims = prover()
  const { verificationId, signature } = parseInput(completeInput, input)
  if (!isUuid(verificationId)) throw unknownVerification()
  const asked = await room.database.run((tx) => verificationById(tx, verificationId))
  if (asked === null || (claims.agent !== null && asked.agentId !== claims.agent)) throw unknownVerification()
  if ((asked.method === 'challenge') !== (signature !== null))
    throw new Refusal('INVALID_INPUT', '`signature`: given for a challenge, and for nothing else')
  // Whoever may not settle it learns so before anything is dialled on their behalf.
  await room.database.run(async (tx) => settleable(await holdProvable(tx, claims, asked.agentId), asked))
  const found = await look(room.proofs, asked, signature)
  if (found === null) throw proofNotFound()

  const nowMs = room.clock.nowMs()
  const evidence = evidenceHash(found.evidence)
  return room.database.run(async (tx) => {
    const held = await holdProvable(tx, claims, asked.agentId)
    const present = await verificationById(tx, asked.id)
    if (present === null) throw unknownVerification()
    settleable(held, present)
    const receiptId = newId(nowMs)
    const status = found.proved ? 'verified' : 'failed'
    if (
      !(await settleVerification(tx, { id: asked.id, status, evidenceHash: evidence, at: new Date(nowMs), receiptId }))
    )
      throw alreadySettled()
    const verification = await verificationById(tx, asked.id)
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        id: receiptId,
        type: found.proved ? provedType(asked) : 'verification.failed',
        subject: { type: 'verification', id: asked.id },
        agentId: asked.agentId,
        data: { agent: asked.agentId, evidence: evidence.toString('hex'), method: asked.method.toUpperCase() },
      },
    ])
    return { verification: verification!, receipt: receipt as Recorded }
  })

  function settleable(held: { publicKey: string | null }, row: AgentVerification): void {
    if (row.status !== 'pending') throw alreadySettled()
    if (row.expiresAt.getTime() <= room.clock.nowMs()) throw expired()
    if (row.keyHash !== null && (held.publicKey === null || !keyHash(held.publicKey).equals(row.keyHash)))
      throw keyChanged()
  }
}

const provedType = ({ artifactType }: AgentVerification): string =>
  artifactType === 'key_proof' ? 'identity.key_verified' : 'identity.domain_verified'

/** What was found; null when nothing was, and looking again may find it. */
async function look(sources: ProofSources, asked: AgentVerification, signature: string | null): Promise<Found | null> {
  if (asked.method === 'challenge') {
    const key = asked.publicKey === null ? null : readRegisteredKey(asked.publicKey)
    if (key === null || signature === null) throw noUsableKey()
    const message = Buffer.from(keyMessage(asked), 'utf8')
    return { proved: await registeredKeySigned(key, message, signature), evidence: signature }
  }
  if (asked.method === 'dns_txt') {
    const wanted = recordText(asked.token)
    return (await sources.records(asked.domain!)).includes(wanted) ? { proved: true, evidence: wanted } : null
  }
  const text = await sources.file(asked.domain!)
  return text !== null && lists(text, asked.token) ? { proved: true, evidence: text } : null
}

/** True when the file is `{"tokens": [… token …]}`. */
function lists(text: string, token: string): boolean {
  try {
    const file = parseStrict(text) as { tokens?: unknown } | null
    return Array.isArray(file?.tokens) && file.tokens.includes(token)
  } catch {
    return false // not such a file
  }
}
