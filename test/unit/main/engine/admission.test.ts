import { expect, it } from 'vitest'
import { createAdmission } from '../../../../main/engine/admission.ts'
import { product } from '../../../platform/product.ts'

const { descriptor } = product('test.things')
const megabytes = (count: number) => ({ ...descriptor, owner: 'x'.repeat(count * 2 ** 20) })
const names = (domain: string, count: number) => Array.from({ length: count }, (_, i) => `${domain}.p-${i}`)

it('what the cache has already counts, and may always be described again', () => {
  const admission = createAdmission(names('test', 5000).map((name) => ({ product: name, descriptor })))
  expect(admission.lacking('test.one-more', descriptor)).toMatch(/5000 products/)
  expect(admission.lacking('test.p-7', { ...descriptor, owner: 'Another' })).toBeNull()
})

it('what is no longer said makes room for what others say', () => {
  const admission = createAdmission([])
  expect(admission.lacking('test.a', megabytes(12))).toBeNull()
  expect(admission.lacking('test.b', megabytes(12))).toMatch(/32 MiB/)
  expect(admission.lacking('test.a', descriptor)).toBeNull()
  expect(admission.lacking('test.b', megabytes(12))).toBeNull()
})

it('what is gone counts no longer', () => {
  const admission = createAdmission([])
  expect(admission.lacking('test.a', megabytes(12))).toBeNull()
  admission.forget('test.a')
  expect(admission.lacking('test.b', megabytes(12))).toBeNull()
  admission.forget('test.b')
  for (const name of names('test', 2400)) {
    expect(admission.lacking(name, descriptor)).toBeNull()
    admission.forget(name)
  }
  for (const name of names('test', 2400)) expect(admission.lacking(name, descriptor)).toBeNull()
})

it('a domain that takes what it can get leaves the others theirs, in names and in bytes', () => {
  for (const greedy of [descriptor, megabytes(1)]) {
    const admission = createAdmission([{ product: 'good.known', descriptor }])
    for (const domain of ['one', 'two', 'three'])
      for (const name of names(domain, 5000)) if (admission.lacking(name, greedy) !== null) break
    for (const name of names('good', 200)) expect(admission.lacking(name, descriptor)).toBeNull()
    expect(admission.lacking('good.known', { ...descriptor, owner: 'x'.repeat(100_000) })).toBeNull()
  }
})
