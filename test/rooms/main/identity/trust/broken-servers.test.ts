/**
 * Every broken certificate of a server that there is, each made by `broken.ts`, each shown by a real nats-server to the real
 * intake: refused, and said for what it is, in words of its own and with what to do.
 */
import { afterAll, describe, expect, it, vi } from 'vitest'
import en from '../../../../../resources/translations/en.json' with { type: 'json' }
import fr from '../../../../../resources/translations/fr.json' with { type: 'json' }
import { make } from '../../../../platform/certificates.ts'
import { below, root, server, table } from './broken.ts'
import { gatherMeetings } from './meet.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const meetings = await gatherMeetings()
afterAll(() => meetings.close())

describe('a server with a certificate', () => {
  it.each(table)('%s is refused and said for what it is', async (_what, own, code) => {
    const met = await meetings.meet({ own: own(), pinned: root.certificate })
    expect(await met.problem()).toBe(code)
    expect(met.connections.map(({ state }) => state)).not.toContain('live')
    for (const words of [en, fr] as Record<string, string>[])
      for (const part of ['cause', 'next']) expect(words[`problem.${code}.${part}`]).toBeTruthy()
  })

  it('that is as it should be is taken, below the root and below one that it appointed', async () => {
    for (const own of [make({ ...server }), below({})]) {
      const met = await meetings.meet({ own, pinned: root.certificate })
      await met.state('live')
      expect(met.facts.at(-1)).toMatchObject({ tls: 'TLSv1.3', subject: 'CN=localhost', ocsp: 'none' })
    }
  })

  it('of any of several pinned authorities is taken', async () => {
    const third = make({ name: 'Third', by: null, authority: true })
    const met = await meetings.meet({
      own: make({ ...server, by: third }),
      pinned: `${root.certificate}\n${third.certificate}`,
    })
    await met.state('live')
  })
})
