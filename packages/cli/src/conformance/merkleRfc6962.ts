/**
 * Probes of transparency-dev/merkle: inclusion and consistency proofs, most of
 * them spoiled in one place; `wantErr` marks those that must be refused.
 */
import { join } from 'node:path'
import { verifyConsistency, verifyInclusion } from '@muster/ledger'
import type { JsonObject } from '@muster/canonical-json'
import type { CaseResult, RunSuite } from './suite.ts'
import { boolean, bytes, jsonFilesBelow, list, number, readJsonFile } from './vectorFiles.ts'

const suite = 'merkle-rfc6962'

const kinds: Record<string, (probe: JsonObject) => boolean> = {
  inclusion: (probe) =>
    verifyInclusion({
      leafIndex: number(probe['leafIdx'], 'leafIdx'),
      treeSize: number(probe['treeSize'], 'treeSize'),
      leafHash: bytes(probe['leafHash'], 'leafHash'),
      root: bytes(probe['root'], 'root'),
      proof: proofOf(probe),
    }),
  consistency: (probe) =>
    verifyConsistency({
      size1: number(probe['size1'], 'size1'),
      size2: number(probe['size2'], 'size2'),
      root1: bytes(probe['root1'], 'root1'),
      root2: bytes(probe['root2'], 'root2'),
      proof: proofOf(probe),
    }),
}

export const run: RunSuite = async function* (dir) {
  for (const [kind, verify] of Object.entries(kinds)) {
    const folder = join(dir, kind)
    for (const file of await jsonFilesBelow(folder)) yield await runProbe(folder, kind, file, verify)
  }
}

async function runProbe(
  folder: string,
  kind: string,
  file: string,
  verify: (probe: JsonObject) => boolean,
): Promise<CaseResult> {
  const probe = await readJsonFile(folder, file)
  const wanted = !boolean(probe['wantErr'], 'wantErr')
  const got = verify(probe)
  const detail = `${got ? 'accepted' : 'refused'}, should be ${wanted ? 'accepted' : 'refused'}`
  return { suite, group: kind, name: `${kind}/${file}`, ok: got === wanted, detail }
}

function proofOf(probe: JsonObject): Uint8Array[] {
  // A proof without hashes is written as null in some probes.
  return probe['proof'] === null ? [] : list(probe['proof'], 'proof').map((hash) => bytes(hash, 'proof'))
}
