/** Products that leave this desk as files: which forms each may leave in, how far the one that leaves is, what came of it. */
import { rankOf } from '../../../preload/contract/marking.ts'
import {
  mayLeave,
  type Descriptor,
  type ProductForm,
  type ProductName,
} from '../../../preload/contract/product.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import type { Bridge } from '../../../preload/contract/schema.ts'
import type { DeskState } from '../../../preload/contract/state.ts'

export interface Exporting {
  /** the one that leaves; null: none does. `rows` of `of` places: none of it is known before the engine says it */
  readonly far: { product: ProductName; rows: number; of: number } | null
  /** what came of the last; null: nothing to say */
  readonly came: { product: ProductName; rows: number | null; problem: Problem | null } | null
  save(product: ProductName, form: ProductForm): void
  stop(): void
  dispose(): void
}

/** As `main/open-data` judges it: nobody is offered what would be refused. */
export function formsOf(
  { kind, open, marking }: Pick<Descriptor, 'kind' | 'open' | 'marking'>,
  { exports, node }: Pick<DeskState, 'exports' | 'node'>,
): ProductForm[] {
  if (!mayLeave(kind)) return []
  const isPublic = open !== undefined && rankOf(node.scheme, marking) === 0
  if (!exports.files && !isPublic) return []
  return open === undefined ? ['csv', 'geojson'] : ['csv', 'geojson', 'jsonld']
}

export function createExporting(
  bridge: Pick<Bridge<'desk'>['desk'], 'saveProduct' | 'exporting' | 'stopExport'>,
): Exporting {
  let far = $state.raw<Exporting['far']>(null)
  let came = $state.raw<Exporting['came']>(null)
  const stop = bridge.exporting((told) => (far = told.far))

  async function save(product: ProductName, form: ProductForm): Promise<void> {
    came = null
    const answer = await bridge.saveProduct({ product, form })
    came = answer.ok
      ? { product, rows: answer.value.left ? answer.value.rows : null, problem: null }
      : { product, rows: null, problem: answer.error }
  }
  return {
    get far() {
      return far
    },
    get came() {
      return came
    },
    save: (product, form) => void save(product, form),
    stop: () => void bridge.stopExport(),
    dispose: stop,
  }
}
