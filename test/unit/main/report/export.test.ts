/** What leaves is judged by the scheme of the node that it leaves, whatever scheme it brings. */
import { expect, it } from 'vitest'
import { exported } from '../../../../main/report/export.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import { canonicalForm, marked, type Synthesis } from '../../../../preload/contract/report.ts'

const statement: Synthesis['brief'][number] = {
  ...{
    key: 'a',
    text: 'said',
    severity: 'Minor',
    sources: [],
    reliability: 'F',
    confidence: 2,
    change: 'new',
  },
  marking: { level: 'dr', caveats: [] },
}
const synthesis = (scheme: Synthesis['scheme']): Synthesis =>
  marked({
    ...{ format: 'vigie.synthesis.1', number: null, version: 1, released: null, template: 'situation' },
    ...{ language: 'fr', timeZone: 'Europe/Paris', organisation: 'CNCS', node: 'poste-02', exercise: false },
    ...{ title: 'Point', period: { from: 1000, to: 2000 }, moment: 2000, scheme, brief: [statement] },
    ...{ domains: [], events: { shown: [], of: 0 }, figures: [], resources: [], engaged: [], decisions: [] },
    ...{ outlook: [], feeds: [], hidden: 0, leftOut: 0, sources: [] },
  })

it('a scheme that calls low what is high here lowers nothing', async () => {
  const turned = { ...defaultScheme, levels: defaultScheme.levels.toReversed() }
  const it_ = { ...synthesis(turned), marking: { level: 'np', caveats: [] } }
  expect(() => canonicalForm(it_)).not.toThrow()
  const rules = { scheme: defaultScheme, folder: '' }
  expect(await exported(it_, 'json', { ...rules, ceiling: 0 })).toMatchObject({
    error: { code: 'report.above' },
  })
  expect(await exported(it_, 'json', { ...rules, ceiling: 1 })).toMatchObject({ ok: true })
})
