/** A product as a file for other programs, from what this node has kept. */
import { productForms, type ProductForm } from '../../preload/contract/product.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import { writeWhole } from '../identity/write-whole.ts'
import { rowsInCache } from '../open-data/from-cache.ts'
import { bannerOf, levelOf, mayGo, textOf, type Said } from '../open-data/leave.ts'
import { firstLanguage } from '../wall/language.ts'
import { command } from './command.ts'
import { readCache } from './read-cache.ts'
import { policyOf, policyOptions } from './report-policy.ts'
import { signerOptions } from './signer.ts'

const rowsPerLine = 100_000

const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

const formOf = (out: string): ProductForm | null =>
  productForms.find((form) => out.toLowerCase().endsWith(`.${form}`)) ?? null

const productExport = command({
  name: 'product export',
  recorded: true,
  operands: ['PRODUCT'],
  options: { out: { type: 'string' }, ...policyOptions, ...signerOptions },
  synopsis:
    '--out FILE.csv|.geojson|.jsonld [--policy FILE --policy-authority FILE] [--profile DIR] --identity FILE.p12',
  help: [
    'what this node has of a product now, with its marking, licence and source in the file: up to the ceiling of',
    'this node, and where the policy lets files leave; open data that is marked lowest always. .jsonld: the entry of',
    'an open product as other catalogues read it (DCAT 3). A file that is there already stays.',
  ],
  async run({ values, operands: [product = ''], tell }): Promise<Result<string>> {
    const { out } = values
    const form = out === undefined ? null : formOf(out)
    if (out === undefined || form === null)
      return fail('command.invalid', '--out: a file that ends in .csv, .geojson or .jsonld', '--out')
    const { policy, problem } = await policyOf(values)
    // nobody knows what it forbids
    if (problem !== null) return { ok: false, error: problem }
    const { scheme, deskCeiling: ceiling } = policy
    const language = firstLanguage(process.env)
    const now = Date.now()
    const read = await readCache(values, async (cache): Promise<Result<string>> => {
      await cache.reader.script('BEGIN')
      try {
        const held = (await cache.look()).get(product)
        if (held === undefined || held.refused || held.withdrawn)
          return fail('entity.unknown', 'no such product here', product)
        const { descriptor } = held
        const may = mayGo(product, descriptor, form, { scheme, ceiling, files: policy.export.files })
        if (!may.ok) return may
        const rank = may.value
        const said: Said = {
          ...{ product, descriptor, rank, scheme, language, at: now },
          banner: bannerOf({ scheme, rank }, language, false),
          by: `${policy.organisation} · ${policy.node}`,
        }
        let rows = 0
        const counted = async function* () {
          for await (const some of rowsInCache(cache, held, { scheme, ceiling: rank, now })) {
            const before = rows
            rows += some.length
            if (Math.floor(before / rowsPerLine) < Math.floor(rows / rowsPerLine)) tell(`${rows} rows`)
            yield some
          }
        }
        await writeWhole(out, textOf(form, said, counted()), { over: false })
        return ok(`${out}: ${form === 'jsonld' ? product : `${rows} rows`}, ${levelOf(said)?.short ?? ''}`)
      } catch (error) {
        return fail('export.unwritable', isThere(error) ? 'the file is there already' : String(error), out)
      } finally {
        await cache.reader.script('COMMIT')
      }
    })
    return read.ok ? read.value : read
  },
})

export const productCommands = [productExport]
