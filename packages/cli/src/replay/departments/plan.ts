/**
 * What a folder of runs asks for: its departments, and the tools each one's
 * agent has to be granted. Pure.
 */
import { callsOf, type Transcript } from '../transcripts/transcript.ts'
import { departmentOf, type Department } from './departmentOf.ts'

export interface DepartmentPlan {
  readonly department: Department
  readonly transcripts: readonly Transcript[]
  /** Names, sorted: least privilege is what was called, not what was offered. */
  readonly tools: readonly string[]
  readonly calls: number
}

/** Departments by slug. @param rootName the last part of the replayed folder's path. */
export function planDepartments(transcripts: readonly Transcript[], rootName: string): DepartmentPlan[] {
  const bySlug = new Map<string, { department: Department; transcripts: Transcript[] }>()
  for (const transcript of transcripts) {
    const department = departmentOf(transcript, rootName)
    const known = bySlug.get(department.slug)
    if (known === undefined) bySlug.set(department.slug, { department, transcripts: [transcript] })
    else known.transcripts.push(transcript)
  }
  return [...bySlug.values()]
    .map(({ department, transcripts: runs }) => {
      const tools = runs.flatMap((run) => callsOf(run).map(({ tool }) => tool))
      return { department, transcripts: runs, tools: [...new Set(tools)].toSorted(), calls: tools.length }
    })
    .toSorted((a, b) => (a.department.slug < b.department.slug ? -1 : 1))
}
