/** A policy that is not done yet: what it says, and everything that is wrong with it, each at its place. */
import * as v from 'valibot'
import { ok, type Result } from '../../preload/contract/result.ts'
import { readYamlText } from '../../preload/contract/yaml-text.ts'
import { PolicySchema, readPolicy, readPolicyText } from './policy.ts'
import type { WrittenPolicy } from './rules.ts'

export interface WrongInPolicy {
  /** where; empty: in the whole */
  path: (string | number)[]
  /** what is asked of the value, as the schema names it: `min_value`, `regex`, `check`, … */
  asked: string
  /** … and how much, where it is a number */
  limit: number | null
  message: string
}

export interface ReadDraft {
  /** as it is written, whatever the schema says of it */
  says: Record<string, unknown>
  wrong: WrongInPolicy[]
  /** null: something is wrong */
  written: WrittenPolicy | null
}

const mostWrong = 100
const Things = v.record(v.string(), v.unknown())

/**
 * @param name what this node is called; null: what the policy calls it
 * @returns `policy.invalid` with file, line and reason where it is no YAML at all
 */
export function readDraft(text: string, file: string, name: string | null): Result<ReadDraft> {
  const says = readYamlText(text, Things, file, 'policy.invalid')
  if (!says.ok) return says
  const read = readPolicyText(text, file)
  if (!read.ok) return ok({ says: says.value, wrong: wrongIn(says.value), written: null })
  // what only the whole can have wrong; who else it is for is another question
  const whole = readPolicy(text, file, name)
  if (whole.ok || whole.error.code === 'policy.for-another-node')
    return ok({ says: says.value, wrong: [], written: read.value })
  const wrong = {
    path: [],
    asked: 'check',
    limit: null,
    message: whole.error.message.replace(`${file}: `, ''),
  }
  return ok({ says: says.value, wrong: [wrong], written: null })
}

const wrongIn = (says: unknown): WrongInPolicy[] =>
  (v.safeParse(PolicySchema, says).issues ?? []).slice(0, mostWrong).map((issue) => ({
    path: (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key))),
    asked: issue.expected === 'never' ? 'unknown' : issue.received === 'undefined' ? 'missing' : issue.type,
    limit: typeof issue.requirement === 'number' ? issue.requirement : null,
    message: issue.message,
  }))
