import { describe, expect, it } from 'vitest'
import { createStyles } from '../../../../main/engine/styles.ts'
import { defaultScheme } from '../../../../preload/contract/marking.ts'
import type { Descriptor } from '../../../../preload/contract/product.ts'
import type { SharedThing } from '../../../../preload/contract/shared.ts'
import { readShared } from '../../../../preload/contract/shared-text.ts'
import { styled, type Style } from '../../../../preload/contract/style.ts'

const descriptor: Descriptor = {
  ...{ title: 'Air', owner: { fr: 'Airparif', en: 'Airparif' }, domain: 'environment', kind: 'metric' },
  ...{ marking: 'np', freshness: 'PT3M', retention: 'P1D' },
  series: {
    ozone: { title: 'Ozone', threshold: { moderate: 120, above: true } },
    'pm-10': { title: 'PM10' },
  },
}
const style = (severe: number): Style => ({
  product: 'environment.air',
  series: 'ozone',
  threshold: { severe, above: true },
})
const thing = (owner: string, content: unknown, rank = 0): SharedThing => ({
  ...{ key: `style.${owner}.ozone`, revision: 3, published: 0, rank, wrong: null },
  document: {
    ...{ owner, version: 2, marking: 'np', schema: 'vigie.style.v1', title: 'x' },
    ...{ saved: { node: 'n', person: null }, content: content as { [name: string]: unknown } },
  },
})
function having(...things: SharedThing[]) {
  let changes = 0
  const styles = createStyles({ scheme: defaultScheme, organisation: 'CNCS', changed: () => changes++ })
  const told = (some: SharedThing[], gone: string[] = []) =>
    styles.told({ anew: false, access: 'permitted', things: some, gone })
  told(things)
  return { styles, told, changes: () => changes }
}
const severeOf = (styles: ReturnType<typeof having>['styles']) =>
  styled(descriptor, styles.of('environment.air', descriptor)?.rules ?? []).series?.['ozone']?.threshold
    ?.severe

describe('a style rule holds', () => {
  it('where it is of the product’s owner, over its descriptor, and this organisation’s over both', () => {
    expect(severeOf(having(thing('airparif', style(180))).styles)).toBe(180)
    const both = having(thing('cncs', style(150)), thing('airparif', style(180)))
    expect(severeOf(both.styles)).toBe(150)
    expect(both.styles.of('environment.air', descriptor)?.by.map(({ owner }) => owner)).toEqual([
      'airparif',
      'cncs',
    ])
  })
  it('not of anybody else, of what is marked above the product, nor what can’t be read', () => {
    expect(severeOf(having(thing('sdis-77', style(1))).styles)).toBeUndefined()
    expect(severeOf(having(thing('airparif', style(1), 1)).styles)).toBeUndefined()
    expect(
      severeOf(having(thing('airparif', { product: 'environment.air', series: 3 })).styles),
    ).toBeUndefined()
  })
  it('until it is another or gone, which is told', () => {
    const { styles, told, changes } = having(thing('cncs', style(150)))
    const first = styles.of('environment.air', descriptor)
    expect(styles.of('environment.air', descriptor)).toBe(first)
    told([thing('cncs', style(160))])
    expect(severeOf(styles)).toBe(160)
    told([], ['style.cncs.ozone'])
    expect(severeOf(styles)).toBeUndefined()
    // nobody had asked when the first was told
    expect(changes()).toBe(2)
  })
})

describe('a style rule', () => {
  it('changes what it says, of all series that it means, and leaves the rest', () => {
    const now = styled(descriptor, [
      { product: 'environment.air', series: 'pm-*', range: { min: 0, max: 50 } },
      { product: 'environment.air', freshness: 'PT1H' },
    ])
    expect(now.series?.['pm-10']).toEqual({ title: 'PM10', range: { min: 0, max: 50 } })
    expect(now.series?.['ozone']).toEqual(descriptor.series?.['ozone'])
    expect(now.freshness).toBe('PT1H')
  })
  it('is told wrong in words where its bounds go to and fro', () => {
    const text = (content: unknown) =>
      JSON.stringify({ ...thing('cncs', content).document, owner: 'CNCS', content })
    expect(readShared('style.cncs.ozone', text(style(150))).ok).toBe(true)
    const wrong = { ...style(150), threshold: { moderate: 200, severe: 150, above: true } }
    const read = readShared('style.cncs.ozone', text(wrong))
    expect(read.ok ? '' : read.error.message).toContain('towards the side that is bad')
  })
})
