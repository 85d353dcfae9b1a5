import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { editWritten, withValue, type PathInPolicy } from '../../../../main/policy/edit-written.ts'

const example = await readFile('resources/policy.example.yaml', 'utf8')
const builtIn = await readFile('resources/policy.yaml', 'utf8')
const commentsOf = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('#'))

const edits: [PathInPolicy, unknown][] = [
  [['screens', 2, 'ceiling'], 'dr'],
  [['screens', 0, 'display'], undefined],
  [['screens', 3], { screen: 4, scene: 'log', ceiling: 'np', distance: 3, diagonal: 55 }],
  [['screens', 1], undefined],
  [['others', 'ceiling'], 'dr'],
  [['desk', 'ceiling'], 'np'],
  [['contentProtection'], false],
  [['cache', 'retention', 'most'], 'PT96H'],
  [['cache', 'megabytesPerProduct'], undefined],
  [['expires'], undefined],
  [['expires'], '2031-01-31'],
  [['version'], 15],
  [['signers'], ['CN=Claire Aubert']],
  [['signers', 0], 'CN=Un, O=CNCS'],
  [['platform', 'addresses', 1], 'tls://[::1]:4222'],
  [['wall', 'nodes'], undefined],
  [['looks', 'poste-10'], 'dr'],
  [['timestamp', 'url'], 'http://stamp.example/'],
  [
    ['persons', 'list'],
    ['A. Durand', 'yes', '[x], {y}: #z'],
  ],
  [['functions', 1, 'may'], ['blank']],
  [['functions', 0, 'name', 'fr'], 'Officier: le « premier », dit-on'],
  [['fourEyes'], undefined],
  [['card', 'removed'], 'stay'],
  [['area'], [-1.5, 48, 2, 49]],
]

describe('one value of a policy is changed, and', () => {
  it.each(edits)('%j to %j: all else stays as it was written, comments too', (path, value) => {
    for (const text of [example, builtIn]) {
      if (!(String(path[0]) in (parse(text) as object)) && path.length > 1) continue
      const edited = editWritten(text, path, value)
      expect(parse(edited)).toEqual(withValue(parse(text), path, value))
      expect(commentsOf(edited)).toEqual(commentsOf(text))
      // what is not about it is the same to the letter
      const touched = edited.split('\n').filter((line) => !text.split('\n').includes(line))
      expect(touched.length).toBeLessThanOrEqual(1)
    }
  })

  it('where nothing changes, not a letter does', () => {
    expect(editWritten(example, ['desk', 'ceiling'], 'dr')).toBe(example)
    expect(editWritten(example, ['nobody'], undefined)).toBe(example)
  })

  it('what is written otherwise than we would stays so', () => {
    const odd =
      "desk:   { 'ceiling' : dr }   # the desk\r\nfourEyes:\n  - unblank # two\n  - blank\nnode: a\n"
    expect(editWritten(odd, ['node'], 'b')).toBe(odd.replace('node: a', 'node: b'))
    expect(editWritten(odd, ['fourEyes', 1], undefined)).toBe(odd.replace('  - blank\n', ''))
    expect(editWritten(odd, ['desk', 'ceiling'], 'np')).toContain('# the desk')
    expect(parse(editWritten('', ['node'], 'x'))).toEqual({ node: 'x' })
  })
})
