import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readPolicy } from '../../../../main/policy/policy.ts'

const written = readFileSync('resources/policy.yaml', 'utf8')
const day = 86_400_000
const enrolOf = (line: string) => {
  const read = readPolicy(`${written}\n${line}\n`, 'policy.yaml')
  return read.ok ? read.value.enrol : read.error.code
}

it('a node renews its certificate where its policy says so, and nowhere else', () => {
  expect(enrolOf('')).toBeNull()
  expect(enrolOf('enrol: { est: "https://est.example.org" }')).toEqual({
    est: 'https://est.example.org',
    before: null,
    key: null,
  })
  expect(
    enrolOf('enrol: { est: "https://est.example.org/.well-known/est/walls", before: P30D, key: ec-p256 }'),
  ).toEqual({
    est: 'https://est.example.org/.well-known/est/walls',
    before: 30 * day,
    key: 'ec-p256',
  })
})

it.each([
  'enrol: { est: "http://est.example.org" }',
  'enrol: { est: "https://user:word@est.example.org" }',
  'enrol: { est: "https://est.example.org/elsewhere" }',
  'enrol: { est: "https://est.example.org", before: soon }',
  'enrol: { est: "https://est.example.org", key: rsa-1024 }',
  'enrol: { before: P30D }',
])('%s is refused', (line) => {
  expect(enrolOf(line)).toBe('policy.invalid')
})
