import { expect, it } from 'vitest'
import { createAdmission } from '../../../../../main/engine/intake/admission.ts'
import { product } from '../../../../platform/product.ts'

const { descriptor } = product('test.things')
const large = { ...descriptor, owner: 'x'.repeat(20 * 2 ** 20) }

it('what the cache has already counts, and may always be described again', () => {
  const known = Array.from({ length: 5000 }, (_, i) => ({ product: `test.p-${i}`, descriptor }))
  const admission = createAdmission(known)
  expect(admission.refusal('test.one-more', descriptor)).toMatch(/more than 5000 products/)
  expect(admission.refusal('test.p-7', { ...descriptor, owner: 'Another' })).toBeNull()
})

it('what is no longer said makes room for what others say', () => {
  const admission = createAdmission([])
  expect(admission.refusal('test.a', large)).toBeNull()
  expect(admission.refusal('test.b', large)).toMatch(/more than 32 MiB/)
  expect(admission.refusal('test.a', descriptor)).toBeNull()
  expect(admission.refusal('test.b', large)).toBeNull()
})
