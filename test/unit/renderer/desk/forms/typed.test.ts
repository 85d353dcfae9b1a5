import { describe, expect, it } from 'vitest'
import { readField, readNumber, readPlace } from '../../../../../renderer/desk/forms/typed.ts'
import { wantedIn } from '../../../../../renderer/desk/forms/wants.ts'
import { whyNot } from '../../../../../renderer/desk/forms/why-not.ts'
import { speechIn } from '../../../../doubles/desk.ts'

const now = { now: Date.UTC(2026, 6, 26, 18, 0), timeZone: 'Europe/Paris' }

describe('what is typed', () => {
  it('is a place as it is read out: either decimal sign, hemispheres of both languages, MGRS', () => {
    for (const typed of ['48,8566 2,3522', '48.8566, 2.3522', '48.8566 N 2.3522 E', '48,8566° N ; 2,3522° E'])
      expect(readPlace(typed), typed).toEqual([2.3522, 48.8566])
    expect(readPlace('5.24 N 52.77 O')).toEqual([-52.77, 5.24])
    expect(readPlace('5.24 N 52.77 W')).toEqual([-52.77, 5.24])
    expect(readPlace('−33.9 18.4')).toEqual([18.4, -33.9])
    const [lon = 0, lat = 0] = readPlace('31U DQ 5248 1110') ?? []
    expect(lon).toBeCloseTo(2.352, 2)
    expect(lat).toBeCloseTo(48.856, 2)
    for (const typed of ['', 'Paris', '48', '48,8566', '95 2', '48 200', '48 2 1', '99Z ZZ 1'])
      expect(readPlace(typed), typed).toBeNull()
  })

  it('is a number in either language', () => {
    expect(['12', '1 200', '1 200,5', '-0.5', '−3'].map(readNumber)).toEqual([12, 1200, 1200.5, -0.5, -3])
    expect(['', 'douze', '1.2.3', '1e9', '0x10'].map(readNumber)).toEqual([null, null, null, null, null])
  })

  it('says nothing where nothing is typed, and is told where it can’t be read', () => {
    const time = { type: 'string', format: 'date-time', title: 'T' } as const
    expect(readField(time, '  ', now)).toBeUndefined()
    expect(readField(time, '19h12', now)).toBe('2026-07-26T17:12:00.000Z')
    expect(readField(time, 'bientôt', now)).toBeNull()
    expect(readField({ type: 'boolean', title: 'B' }, 'no', now)).toBe(false)
    expect(readField({ type: 'string', title: 'S' }, ' vu ', now)).toBe('vu')
  })
})

it('a field says what it wants in the reader’s language', () => {
  const people = { type: 'integer', title: 'P', minimum: 0, maximum: 1_000_000 } as const
  expect(wantedIn(people, speechIn('en'))).toBe('A whole number between 0 and 1,000,000.')
  expect(wantedIn(people, speechIn('fr'))).toMatch(/^Un nombre entier entre 0 et 1\s000\s000\.$/)
  expect(wantedIn({ type: 'string', title: 'S', minLength: 3, maxLength: 9 }, speechIn('en'))).toBe(
    'A text of 3 to 9 characters.',
  )
  expect(wantedIn({ type: 'number', title: 'N', minimum: 0.5 }, speechIn('en'))).toBe(
    'A number of at least 0.5.',
  )
})

it('a form that can’t be filled in here says why', () => {
  const form = { product: 'ops.observations' } as never
  const to = { type: 'vigie.feature.v1', product: 'ops.observations', access: 'open' } as never
  const told = (more: object, deliveries: object[]) =>
    whyNot({ form, wrong: null, markings: ['np'], ...more }, { deliveries: deliveries as never })?.key ?? null
  expect(told({}, [to])).toBeNull()
  expect(told({ form: null }, [to])).toBe('desk.forms.not.readable')
  expect(told({}, [])).toBe('desk.forms.not.absent')
  expect(told({}, [{ ...(to as object), access: 'refused' }])).toBe('desk.forms.not.refused')
  expect(told({}, [{ ...(to as object), product: 'a.b' }])).toBe('desk.forms.not.here')
  expect(told({ markings: [] }, [to])).toBe('desk.forms.not.marking')
})
