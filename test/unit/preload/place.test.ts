/** What is done at a node is about something that the platform has a subject for. */
import { expect, it } from 'vitest'
import { alarmEntity } from '../../../preload/contract/place.ts'

it.each([
  ['a space', 'INC 1'],
  ['a tab', 'INC\t1'],
  ['a space of another width', 'INC\u00a01'],
  ['a quotation mark', 'INC-"1"'],
  ['a backslash', 'INC\\1'],
  ['wildcards', 'a*b>c'],
  ['dots with nothing between', '.a..b.'],
  ['what nobody sees', 'a\u00adb'],
  ['more than a name may have', 'é'.repeat(300)],
  ['more, cut behind a dot', `b${'a.'.repeat(300)}`],
  ['more, cut within a character', '🔥'.repeat(300)],
])('an alarm has a name that a subject can have: %s', (_what, entity) => {
  const named = alarmEntity({ product: 'security.incidents', entity })
  expect(named).toMatch(/^alarm\.security\.incidents\.(?!\.)[^\s"\\*>\p{C}\p{Z}]*[^.\p{C}]$/u)
  expect(named).not.toContain('..')
  expect(named.length).toBeLessThanOrEqual(200)
})

it('an alarm whose name is one already keeps it', () => {
  expect(alarmEntity({ product: 'security.incidents', entity: 'INC-é.4' })).toBe(
    'alarm.security.incidents.INC-é.4',
  )
})
