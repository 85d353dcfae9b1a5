import { describe, expect, it } from 'vitest'
import { elementsByGroup } from '../../../../../renderer/desk/boards/elements.ts'
import { fieldsOf, widgetKinds, type Field, type Kind } from '../../../../../renderer/desk/boards/fields.ts'
import { elementKeys } from '../../../../../renderer/desk/boards/doings.ts'
import { translations } from '../../../../../renderer/speech/words.ts'

/** Each setting wherever it stands: columns have a title of their own. */
const settingsIn = (fields: readonly Field[]): string[] =>
  fields.flatMap(({ name, kind }) => [name, ...namesIn(kind)])
const namesIn = (kind: Kind): string[] =>
  kind.is === 'group'
    ? settingsIn(kind.fields)
    : kind.is === 'list'
      ? namesIn(kind.of)
      : // a thing of a product is two fields
        kind.is === 'entity'
        ? ['product', 'entity']
        : []
const valuesIn = ({ name, kind }: Field): string[] =>
  kind.is === 'choice' ? kind.values.map((value) => `desk.boards.value.${name}.${value}`) : []

describe.each(['fr', 'en'] as const)('in %s', (language) => {
  const words: Readonly<Record<string, string>> = translations[language]

  it.each(widgetKinds)(
    '%s has a name, three words of what it is for, and each of its settings a name',
    (kind) => {
      const keys = [
        `desk.boards.widget.${kind}`,
        `desk.boards.widgetHint.${kind}`,
        ...settingsIn(fieldsOf(kind)).map((name) => `desk.boards.setting.${name}`),
        ...fieldsOf(kind).flatMap(valuesIn),
      ]
      expect(keys.filter((key) => (words[key] ?? '') === '')).toEqual([])
    },
  )

  it('each group and key has its words', () => {
    const keys = [...elementsByGroup.map(({ group }) => `desk.boards.group.${group}`), ...elementKeys.flat()]
    expect(keys.filter((key) => (words[key] ?? '') === '')).toEqual([])
  })
})

describe('the palette', () => {
  it('has every widget once, under a group that says what it is', () => {
    expect(elementsByGroup.flatMap(({ kinds }) => kinds).sort()).toEqual([...widgetKinds].sort())
    expect(elementsByGroup.filter(({ group }) => group === 'others')).toEqual([])
  })
})
