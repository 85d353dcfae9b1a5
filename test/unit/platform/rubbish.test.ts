import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FeatureSchema } from '../../../preload/contract/event.ts'
import { problemCodes } from '../../../preload/contract/result.ts'
import { startPlatform, type Platform } from '../../platform/platform.ts'
import { message, product } from '../../platform/product.ts'
import { publishRubbish, rubbish } from '../../platform/rubbish.ts'

const name = 'security.reports'

describe('the adversary feed', () => {
  const list = rubbish(name, Date.now())
  let platform: Platform
  beforeAll(async () => {
    platform = await startPlatform({ products: [product(name)] })
  })
  afterAll(() => platform.dispose())

  it('labels as inert only what the contract lets through, and the other way round', () => {
    for (const one of list) {
      if (one.payload.length === 0 || one.reason?.startsWith('message.header')) continue
      if (one.reason === 'message.time-implausible' || one.reason === 'message.type-unknown') continue
      let body: unknown
      try {
        body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(one.payload))
      } catch {
        expect(one.expect, one.label).toBe('quarantined')
        continue
      }
      const fits = v.safeParse(FeatureSchema, body).success
      if (one.expect === 'inert') expect(fits, one.label).toBe(true)
      if (one.reason === 'message.body-invalid') expect(fits, one.label).toBe(false)
    }
  })

  it('names only reasons that exist, and each kind once', () => {
    for (const { reason } of list) if (reason !== undefined) expect(problemCodes).toContain(reason)
    expect(new Set(list.map(({ label }) => label)).size).toBe(list.length)
  })

  it('gets past the server, all but the twin, and good messages still follow', async () => {
    await publishRubbish(platform.feeder, list)
    await platform.publish([message(name, 'feature', 1)])
    const dropped = list.filter((one) => one.expect === 'dropped').length
    const { messages, first, last } = await platform.digest(name)
    expect(dropped).toBe(1)
    expect({ messages, first, last }).toEqual({
      messages: list.length - dropped + 1,
      first: 1,
      last: list.length - dropped + 1,
    })
  })
})
