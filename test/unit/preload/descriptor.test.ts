import { describe, expect, it, vi } from 'vitest'
import { log } from '../../../main/life.ts'
import { readDescriptor, type ReadDescriptor } from '../../../preload/contract/descriptor.ts'
import { product } from '../../platform/product.ts'

const good = product('health.beds', 'metric', {
  unit: '1',
  range: { min: 0, max: 480 },
  symbology: { free: '10031000001213000000' },
  series: { free: { title: { fr: 'Libres', en: 'Free' }, precision: 0, range: { min: 0, max: 480 } } },
  dataschema: { properties: { value: { pattern: '^a\\n‮$' } } },
}).descriptor

const read = (changed: { [key: string]: unknown } = {}): ReadDescriptor => {
  const result = readDescriptor('health.beds', { ...good, ...changed })
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
const without = (name: string): { [key: string]: unknown } =>
  Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))

describe('a descriptor', () => {
  it('that is right is taken as it is', () => {
    expect(read()).toEqual({ descriptor: good, leftOut: [] })
  })

  it.each([
    ['kind', 'sound'],
    ['kind', undefined],
    ['domain', 'transport'],
    ['marking', undefined],
    ['marking', 3],
    ['dataschema', 'a schema'],
    ['dataschema', null],
  ])('is refused where it decides trust or meaning and is wrong: %s %j', (name, value) => {
    expect(readDescriptor('health.beds', { ...good, [name]: value })).toMatchObject({
      ok: false,
      error: { code: 'product.descriptor-invalid', subject: 'health.beds' },
    })
  })

  it.each([
    ['range', [0, 480], undefined],
    ['unit', 3, undefined],
    ['symbology', 'red', undefined],
    ['series', [], undefined],
    ['freshness', '30 s', 'PT5M'],
    ['retention', 'for ever', 'P365D'],
    ['retention', 'PT0S', 'PT1M'],
    ['title', ['Lits'], 'health.beds'],
    ['owner', '', '–'],
    ['open', true, undefined],
  ])('with a wrong hint comes without it, and says so: %s %j', (name, value, instead) => {
    const { descriptor, leftOut } = read({ [name]: value })
    expect(descriptor).toEqual(instead === undefined ? without(name) : { ...good, [name]: instead })
    expect(leftOut).toHaveLength(1)
    expect(leftOut[0]).toMatch(new RegExp(`^${name}: .`))
  })

  it('is open data only where it says under which licence, whence and how often, or it says nothing of that', () => {
    const open = { licence: 'etalab-2.0', source: 'https://data.example/beds', update: 'PT1H' }
    expect(read({ open }).descriptor.open).toEqual(open)
    expect(read({ open: { ...open, licence: 'https://licence.example' } }).leftOut).toEqual([])
    const wrong = { licence: 'whatever I like', source: 'javascript:alert(1)', update: 'sometimes' }
    for (const [name, value] of Object.entries(wrong)) {
      const { descriptor, leftOut } = read({ open: { ...open, [name]: value } })
      expect(descriptor.open).toBeUndefined()
      expect(leftOut).toEqual([expect.stringMatching(new RegExp(`^open\\.${name}: .*left out$`))])
    }
  })

  it('keeps of a series and of a symbology what is right', () => {
    const { descriptor, leftOut } = read({
      symbology: { free: 'a', taken: 3 },
      series: { free: { title: 3, precision: 0, range: [0, 1] }, taken: 'x', all: { title: 'All' } },
    })
    expect(descriptor.symbology).toEqual({ free: 'a' })
    expect(descriptor.series).toEqual({ free: { title: 'free', precision: 0 }, all: { title: 'All' } })
    expect(leftOut.map((text) => text.split(':')[0])).toEqual([
      'symbology.taken',
      'series.free.title',
      'series.free.range',
      'series.taken',
    ])
  })

  it('with a thousand wrong hints tells a few of them', () => {
    const symbology = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`s${i}`, i]))
    expect(read({ symbology }).leftOut).toHaveLength(21)
  })

  it('has no text that breaks a line, turns it round or hides in it; its schema stays as it is', () => {
    const { descriptor } = read({
      title: { fr: 'Lits\nvigie: tout va bien', en: '‮sdeB\u0007' },
      owner: 'A​RS\r\n',
      unit: '\u001b[2J1',
      series: { 'fr‏ee': { title: 'Free\u2028beds', qualifier: 'of\n480' } },
    })
    expect(descriptor.title).toEqual({ fr: 'Lits vigie: tout va bien', en: 'sdeB' })
    expect(descriptor.owner).toBe('ARS ')
    expect(descriptor.unit).toBe('[2J1')
    expect(descriptor.series).toEqual({ free: { title: 'Freebeds', qualifier: 'of 480' } })
    expect(descriptor.dataschema).toEqual(good.dataschema)
  })
})

it('whatever is logged is one line of the terminal', () => {
  const written: string[] = []
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text))
    return true
  })
  log('catalog: “x\r\nvigie: all is well\u001b[2J\u2028‮”')
  stderr.mockRestore()
  expect(written).toEqual(['vigie: catalog: “x vigie: all is well[2J”\n'])
})
