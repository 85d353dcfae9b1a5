import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultsOf, withScripts } from '../../../build/packages.mjs'

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as never
const integrity = 'sha512-x'
const scripted = { version: '1.0.0', integrity, hasInstallScript: true }
const faults = (packages: Record<string, object>, allowScripts: Record<string, boolean> = {}) =>
  faultsOf({ packages: { '': {}, ...packages } }, { allowScripts })

describe('the lock of our packages', () => {
  it('says of each what its bytes are, and each install script was decided on', () => {
    expect(faultsOf(read('package-lock.json'), read('package.json'))).toEqual([])
  })

  it('is refused where one has no integrity, for another platform too', () => {
    expect(faults({ 'node_modules/a': { version: '1.0.0', optional: true } })).toEqual([
      expect.stringContaining('a@1.0.0'),
    ])
  })

  it('is refused where one brings an install script that nobody decided on', () => {
    expect(faults({ 'node_modules/b/node_modules/a': scripted })).toEqual([
      expect.stringContaining('a@1.0.0'),
    ])
    for (const decided of [true, false])
      expect(faults({ 'node_modules/a': scripted }, { a: decided })).toEqual([])
  })

  it('knows a package by its own name, not by the one it is installed under', () => {
    const aliased = { 'node_modules/good': { ...scripted, name: 'evil' } }
    expect(faults(aliased, { good: true })).toContainEqual(expect.stringContaining('evil@1.0.0'))
    expect(faults(aliased, { evil: true })).toEqual([])
  })

  it('is refused where a decision is about nothing', () => {
    expect(faults({}, { gone: true })).toEqual([expect.stringContaining('gone')])
  })
})

describe('install scripts', () => {
  it('run for those that are allowed, and for no other', () => {
    const packages = {
      '': {},
      'node_modules/a': scripted,
      'node_modules/b': { ...scripted, name: 'real-b' },
      'node_modules/c': scripted,
      'node_modules/d': { version: '1.0.0', integrity },
    }
    const allowScripts = { a: false, 'real-b': true }
    expect(withScripts({ packages }, { allowScripts })).toEqual(['b@1.0.0'])
  })

  it('are run by no npm of any version on its own', () => {
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m)
  })
})
