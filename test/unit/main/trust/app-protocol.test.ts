import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answerFrom,
  contentSecurityPolicy,
  openBundle,
  type Bundle,
} from '../../../../main/trust/app-protocol.ts'

let folder: string
let bundle: Bundle
const page = '<!doctype html>'
const ask = (url: string, method = 'GET') => answerFrom(bundle, { url, method })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-bundle-'))
  await mkdir(join(folder, 'wall'))
  await writeFile(join(folder, 'wall/index.html'), page)
  await writeFile(join(folder, 'changed.js'), 'changed()')
  await writeFile(join(folder, 'unlisted.js'), 'unlisted()')
  const list = [
    { path: '/wall/index.html', type: 'text/html; charset=utf-8', text: page },
    { path: '/changed.js', type: 'text/javascript', text: 'built()' },
    { path: '/gone.js', type: 'text/javascript', text: '' },
  ].map(({ path, type, text }) => ({ path, type, sha256: createHash('sha256').update(text).digest('hex') }))
  await writeFile(join(folder, 'files.json'), JSON.stringify(list))
  bundle = await openBundle(folder)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('app://', () => {
  it('serves what its list names, with its type and every header', async () => {
    const answer = await ask('app://vigie/wall/index.html?a=b#c')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(page)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    'app://vigie/unlisted.js',
    'app://vigie/files.json',
    'app://vigie/',
    'app://vigie/wall/',
    'app://vigie/wall/../unlisted.js',
    'app://vigie/../../../../etc/passwd',
    'app://vigie/wall/..%2funlisted.js',
    'app://vigie/%2e%2e/%2e%2e/etc/passwd',
    'app://vigie/wall%2findex.html',
    'app://vigie//wall/index.html',
    'app://vigie/wall/index.html/',
    'app://vigie/wall/index.html%00',
    'app://other/wall/index.html',
    'app://vigie@other/wall/index.html',
    'file:///etc/passwd',
    'nonsense',
    'app://vigie/gone.js',
  ])('has nothing for %s', async (url) => {
    const answer = await ask(url)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe('')
    expect(answer.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
  })

  it('does not serve a file that is not as it was built', async () => {
    const answer = await ask('app://vigie/changed.js')
    expect(answer.status).toBe(500)
    expect(await answer.text()).toBe('')
  })

  it('is for reading only', async () => {
    expect((await ask('app://vigie/wall/index.html', 'POST')).status).toBe(405)
  })

  it('has a policy without a single exception for scripts', () => {
    expect(contentSecurityPolicy).toMatch(/^default-src 'none';/)
    expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|http|ws:/)
  })
})
