/** TLS 1.2, where the policy lets it be: with suites that authenticate what they encrypt, and no others. */
import { afterEach, expect, it, vi } from 'vitest'
import { closedTerms } from '../../../../../../main/identity/trust/terms.ts'
import { startFront } from '../../../../../platform/front.ts'
import { addressOf } from '../../an-engine.ts'
import { gatherOpened } from './opened.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const opened = gatherOpened()
afterEach(() => opened.close())

it('is spoken where the policy says so; a suite without authentication is not, and nothing is said by it', async () => {
  const platform = await opened.start()
  const through = async (ciphers: string) => {
    const front = await startFront(platform, { maxVersion: 'TLSv1.2', ciphers })
    opened.add(() => front.dispose())
    const servers = [`tls://localhost:${front.port}`]
    const trust = { ...closedTerms, tls12: true }
    return { front, one: await opened.engineOn(platform, { ...addressOf(platform), servers, trust }) }
  }
  const aead = await through('ECDHE-RSA-AES256-GCM-SHA384')
  await aead.one.state('live')
  for (const weak of ['ECDHE-RSA-AES256-SHA384', 'AES256-GCM-SHA384']) {
    const old = await through(weak)
    expect(await old.one.state('refused')).toMatchObject({ problem: { code: 'platform.tls-too-old' } })
    expect(old.front.heard()).toBe('')
  }
})
