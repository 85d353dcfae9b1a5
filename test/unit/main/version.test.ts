import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import described from '../../../package.json' with { type: 'json' }
import { versionIn } from '../../../main/version.ts'

const folder = mkdtempSync(join(tmpdir(), 'vigie-version-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('the app’s version is the one that is written beside its code', () => {
  expect(versionIn('.')).toBe(described.version)
})
it('an app that does not say its version starts all the same', () => {
  writeFileSync(join(folder, 'package.json'), '{}')
  expect(versionIn(folder)).toBe('–')
})
