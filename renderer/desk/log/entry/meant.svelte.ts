/** What somebody is about to name in a line, and what may be meant by it. */
import { untrack } from 'svelte'
import { domainOf } from '../../../../preload/contract/entity.ts'
import { identifierInWords } from '../../../../preload/contract/identifier.ts'
import type { Record } from '../../../../preload/contract/picture.ts'
import { folded } from '../../../../preload/contract/text.ts'
import { translated } from '../../../kit/translated.ts'
import type { Speech } from '../../../speech/speech.ts'
import type { Around } from '../../around.ts'
import { nameOf } from '../../naming.ts'
import type { Naming } from './parse.ts'

export interface Meant {
  entity: string
  words: string
  detail: string
}

/** shown; asked for, as some of what is found is no thing; letters typed before that */
const most = 5
const mostAsked = 30
const fewest = 2
const typingPause = 120

/** Lines are not what a line is about. */
const things = (all: readonly Record[]): Record[] =>
  all.filter(({ type }) => type !== 'vigie.note.v1').slice(0, most)

/** Made while its component is: its effects end with it. */
export function createMeant({ picture, reading }: Pick<Around, 'picture' | 'reading'>, speech: Speech) {
  let naming = $state.raw<Naming | null>(null)
  let found = $state.raw<readonly Meant[]>([])
  let at = $state(0)

  const incidents = (word: string): Meant[] =>
    reading.incidents
      .filter(({ entity, body }) => folded(`${entity} ${JSON.stringify(body)}`).includes(folded(word)))
      .slice(0, most)
      .map((record) => ({
        entity: record.entity,
        words: identifierInWords(record.entity),
        detail: nameOf(record, reading.feed(record.product), speech),
      }))
  const asMeant = (record: Record): Meant => {
    const read = translated(record, speech.language)
    const words = nameOf(read, reading.feed(read.product), speech)
    const identifier = identifierInWords(read.entity)
    return {
      entity: read.entity,
      words: words.length > 60 ? identifier : words,
      detail: `${identifier === words ? '' : `${identifier} · `}${speech.domain(domainOf(read.product))}`,
    }
  }

  $effect(() => {
    const now = naming
    at = 0
    if (now === null) {
      found = []
      return
    }
    if (now.sign === '#') {
      found = untrack(() => incidents(now.word))
      return
    }
    if (now.word.length < fewest) {
      found = []
      return
    }
    let current = true
    const timer = setTimeout(() => {
      void picture.ask('search', { text: now.word, limit: mostAsked }).then((answer) => {
        if (current) found = answer.ok ? things(answer.value).map(asMeant) : []
      })
    }, typingPause)
    return () => {
      current = false
      clearTimeout(timer)
    }
  })

  return {
    get found() {
      return found
    },
    get at() {
      return at
    },
    get naming() {
      return naming
    },
    name(now: Naming | null) {
      naming = now
    },
    /** the next or the one before, round and round */
    walk(by: 1 | -1) {
      at = (at + found.length + by) % found.length
    },
  }
}
