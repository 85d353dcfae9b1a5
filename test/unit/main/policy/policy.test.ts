import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import type { Held } from '../../../../main/engine/cache/held.ts'
import { cutOff, type Keeping } from '../../../../main/engine/cache/retention.ts'
import { OrderSchema } from '../../../../main/engine/orders.ts'
import { loadPolicy } from '../../../platform/load-policy.ts'
import { asksForTwo, mayDo } from '../../../../main/wall/requirements.ts'
import { askedActs, rowOf, type ActId, type ActInput } from '../../../../preload/contract/act.ts'
import { closedPolicy, readPolicy } from '../../../../main/policy/policy.ts'
import { product } from '../../../platform/product.ts'

const own = await readFile('resources/policy.yaml', 'utf8')
const changed = (from: string | RegExp, to: string) => readPolicy(own.replace(from, to), 'policy.yaml')

const nobodySits = { person: null, functions: new Map(), others: new Map(), unheard: [] }

describe('the policy', () => {
  it('that comes with Vigie is valid', () => {
    const read = readPolicy(own, 'policy.yaml')
    expect(read.ok).toBe(true)
    if (!read.ok) return
    expect(read.value.screen(2)).toEqual({
      screen: 2,
      scene: 'domains',
      ceiling: 1,
      display: null,
      distance: 5,
      diagonal: 55,
    })
    expect(read.value.deskCeiling).toBe(1)
  })

  it('names the display that a screen is, by its label or its id', () => {
    const named = changed(
      '{ screen: 2, scene: domains,',
      '{ screen: 2, display: LG 55UH5F-H, scene: domains,',
    )
    expect(named.ok && named.value.screen(2).display).toBe('LG 55UH5F-H')
    const numbered = changed('{ screen: 2, scene: domains,', '{ screen: 2, display: 4711, scene: domains,')
    expect(numbered.ok && numbered.value.screen(2).display).toBe('4711')
  })

  it('names a platform by addresses that are right, and is none with one that is not', () => {
    const named = (addresses: string) =>
      readPolicy(`${own}\nplatform: { addresses: [${addresses}] }`, 'policy.yaml')
    expect(named('tls://a:4222, "tls://[2001:db8::2]:4222"')).toMatchObject({
      ok: true,
      value: { platform: ['tls://a:4222', 'tls://[2001:db8::2]:4222'] },
    })
    expect(readPolicy(own, 'policy.yaml')).toMatchObject({ ok: true, value: { platform: null } })
    for (const wrong of ['', 'nats://a:1', 'tls://me@a:1', 'tls://a:1, tls://a', 'tls://a:1, tls://A:1'])
      expect(named(wrong), wrong).toMatchObject({ ok: false, error: { code: 'policy.invalid' } })
  })

  it('bounds what is kept of each product, and does so where it says nothing', () => {
    const hour = 3_600_000
    const safe = { leastRetention: hour, mostRetention: 90 * 24 * hour, mostBytes: 4096 * 2 ** 20 }
    const cache = (to: string) => {
      const read = changed(/^cache: .*$/m, to)
      return read.ok ? read.value.cache : read.error.message
    }
    expect(readPolicy(own, 'policy.yaml')).toMatchObject({ ok: true, value: { cache: safe } })
    expect(cache('')).toEqual(safe)
    expect(cache('cache: { retention: { most: P2D }, megabytesPerProduct: 100 }')).toEqual({
      leastRetention: hour,
      mostRetention: 48 * hour,
      mostBytes: 100 * 2 ** 20,
    })
    expect(cache('cache: { retention: { least: P2D, most: P1D } }')).toMatch(/least retention is longer/)
    expect(cache('cache: { retention: { most: forever } }')).toMatch(/ISO 8601/)
    expect(cache('cache: { megabytesPerProduct: 0 }')).toMatch(/megabytesPerProduct/)
  })

  it('that can’t be read lets nothing go: what the real one keeps is there when it is read again', () => {
    const kept: Keeping = closedPolicy('UTC').cache
    const descriptor = product('security.log', 'note', { retention: 'PT1M' }).descriptor
    const now = Date.UTC(2026, 6, 26)
    expect(cutOff({ descriptor } as Held, kept, now)).toBeLessThan(0)
    expect(kept.mostBytes).toBe(Number.MAX_SAFE_INTEGER)
    const { scheme, acts, log, documents, reports, organisation, wall, node } = closedPolicy('UTC')
    const place = { organisation, wall, node }
    const order = {
      order: 'start',
      profile: '/p',
      scheme,
      keeping: kept,
      acts,
      log,
      documents,
      reports,
      place,
    }
    const vault = { generation: 1, digest: '0'.repeat(64) }
    expect(
      v.is(OrderSchema, { ...order, cacheKey: new Uint8Array(32), vault, nodes: null, intakes: [] }),
    ).toBe(true)
  })

  it('gives a screen that it does not name what it says of the others', () => {
    const read = readPolicy(own, 'policy.yaml')
    expect(read.ok && read.value.screen(9)).toMatchObject({ screen: 9, ceiling: 0 })
  })

  it('takes a ceiling that nobody knows as the lowest', () => {
    const read = changed('scene: log, ceiling: dr', 'scene: log, ceiling: secret')
    expect(read.ok && read.value.screen(3).ceiling).toBe(0)
  })

  it.each([
    [
      'a wrong type',
      /distance: 5, diagonal: 55 }\n {2}- \{ screen: 2/,
      'distance: far, diagonal: 55 }\n  - { screen: 2',
      /:12:\d+$/,
    ],
    ['a word that it does not know', 'wall: ', 'wal: ', /:5:1$/],
    ['broken YAML', 'screens:\n', 'screens: [\n', /:\d+:\d+$/],
    ['a screen named twice', 'screen: 2', 'screen: 1', /:11:\d+$/],
    ['a time zone that is none', 'Europe/Paris', 'Europe/Parys', /:6:\d+$/],
  ])('says line, column and why for %s', (_what, from, to, where) => {
    const read = changed(from, to)
    expect(read).toMatchObject({ ok: false, error: { code: 'policy.invalid' } })
    if (read.ok) return
    expect(read.error.subject).toMatch(where)
    expect(read.error.message).toMatch(/^line \d+, column \d+: ./)
  })

  it('that can’t be read closes everything to the lowest marking', async () => {
    const { policy, problem } = await loadPolicy('/nowhere/policy.yaml', 'resources/policy.yaml', 'UTC')
    expect(problem).toMatchObject({ code: 'policy.invalid', subject: '/nowhere/policy.yaml' })
    expect([1, 2, 3, 7].map((screen) => policy.screen(screen).ceiling)).toEqual([0, 0, 0, 0])
    expect(policy.deskCeiling).toBe(0)
    expect(closedPolicy('UTC').screen(2).scene).toBe('domains')
  })

  it('that can’t be read has nobody do anything alone but blank', () => {
    const policy = closedPolicy('UTC')
    const by = { person: 'A. Durand', function: null, node: '–', automation: null }
    const isForTwo = (act: ActId) => asksForTwo({ act } as ActInput, policy, by)
    expect(askedActs.filter((act) => !isForTwo(act) && rowOf(act).audited)).toEqual([])
    expect(isForTwo('unblank') && isForTwo('show-scene')).toBe(true)
    expect(isForTwo('blank')).toBe(false)
    expect(policy.breakGlass).toBe(false)
    // two people who say who they are can still work
    expect(mayDo({ act: 'change-person', person: 'A. Durand' }, nobodySits, policy, by)).toMatchObject({
      ok: true,
    })
  })

  it('does not unfold a bomb of aliases', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g']
      .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[at]}`).join(',')}]`)
      .join('\n')}\n`
    expect(readPolicy(bomb, 'p')).toMatchObject({ ok: false, error: { code: 'policy.invalid' } })
  })
})
