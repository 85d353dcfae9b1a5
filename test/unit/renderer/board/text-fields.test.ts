import { describe, expect, it } from 'vitest'
import { partsOf, productsIn } from '../../../../renderer/board/text/fields.ts'

describe('a text', () => {
  it('has its fields in their place', () => {
    expect(partsOf('Gusts {{environment.weather:gust-10m}}, {{ security.incidents }} open')).toEqual([
      { text: 'Gusts ' },
      { field: { product: 'environment.weather', series: 'gust-10m', show: 'value' } },
      { text: ', ' },
      { field: { product: 'security.incidents', series: null, show: 'value' } },
      { text: ' open' },
    ])
    expect(partsOf('{{a.b:c|change}}')).toEqual([{ field: { product: 'a.b', series: 'c', show: 'change' } }])
  })
  it('says what is no field, and where', () => {
    for (const wrong of ['', 'a', 'a.b:', 'a.b:c|else', '<b>', 'A.B:c', 'a.b:c:d|'])
      expect(partsOf(`x {{${wrong}}} y`)).toEqual([{ text: 'x ' }, { wrong }, { text: ' y' }])
  })
  it('is text where braces do not close', () => {
    expect(partsOf('{{a.b:c')).toEqual([{ text: '{{a.b:c' }])
    expect(partsOf('}} {')).toEqual([{ text: '}} {' }])
  })
  it('is bounded, whatever is written', () => {
    const parts = partsOf('{{a.b:c}}'.repeat(1000))
    expect(parts.filter((part) => 'field' in part)).toHaveLength(40)
    expect(partsOf(`{{${'x'.repeat(5000)}}}`)).toEqual([{ wrong: 'x'.repeat(60) }])
  })
  it('names its products once, of both languages', () => {
    expect(productsIn({ fr: '{{a.b:c}} {{a.b:d}}', en: '{{e.f}}' })).toEqual(['a.b', 'e.f'])
    expect(productsIn(undefined)).toEqual([])
  })
})
