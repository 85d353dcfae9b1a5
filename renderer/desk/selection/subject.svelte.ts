import type { EntityRef } from '../../../preload/contract/entity.ts'
import type { Record } from '../../../preload/contract/picture.ts'
import type { Problem } from '../../../preload/contract/result.ts'
import type { Picture } from '../../link/picture.svelte.ts'
import type { Speech } from '../../speech/speech.ts'
import { translated } from '../../kit/translated.ts'

/** The selected entity as it is now, and as it was. */
export interface Subject {
  /** as last seen; null while it is looked up, or where there is none */
  readonly record: Record | null
  /** it is no longer in the picture: `record` is the last that was known of it */
  readonly gone: boolean
  readonly problem: Problem | null
  /** its versions, newest first */
  readonly history: readonly Record[]
}

/** What moves is looked at again after so many ms; a person reads no faster. */
const again = 2000
const versions = 40

/** Made while its component is: its effects end with it. */
export function createSubject(
  picture: Pick<Picture<'desk'>, 'ask' | 'catalog'>,
  speech: Speech,
  selected: () => EntityRef | null,
): Subject {
  let asked = $state.raw<Record | null>(null)
  let problem = $state.raw<Problem | null>(null)
  let gone = $state(false)
  let history = $state.raw<readonly Record[]>([])

  const key = $derived.by(() => {
    const about = selected()
    return about === null ? '' : `${about.product} ${about.entity}`
  })

  $effect(() => {
    if (key === '') return
    const product = key.slice(0, key.indexOf(' '))
    const entity = key.slice(product.length + 1)
    let current = true
    let sequence = -1

    /** Of a product that this desk may no longer see, what was seen before is not kept either. */
    const isSeen = (): boolean =>
      picture.catalog.some((entry) => entry.product === product && entry.access !== 'refused')

    async function look(): Promise<void> {
      const answer = await picture.ask('record', { product, entity })
      if (!current) return
      if (!answer.ok && answer.error.code === 'entity.unknown' && !isSeen()) {
        asked = null
        history = []
        gone = false
        problem = answer.error
        return
      }
      if (answer.ok) {
        asked = answer.value
        problem = null
        gone = false
      } else if (answer.error.code === 'entity.unknown') {
        gone = true
        problem = asked === null ? answer.error : null
      } else {
        problem = asked === null ? answer.error : null
      }
      if (answer.ok && answer.value.sequence === sequence) return
      sequence = answer.ok ? answer.value.sequence : sequence
      const versionsThere = await picture.ask('history', { product, entity, limit: versions })
      if (!current || !versionsThere.ok) return
      history = versionsThere.value
      // what ended before it was chosen can still be told
      if (gone) {
        asked ??= versionsThere.value[0] ?? null
        if (asked !== null) problem = null
      }
    }
    void look()
    const timer = setInterval(() => void look(), again)
    return () => {
      current = false
      clearInterval(timer)
      asked = null
      problem = null
      gone = false
      history = []
    }
  })

  const record = $derived(asked && translated(asked, speech.language))
  const past = $derived(history.map((version) => translated(version, speech.language)))
  return {
    get record() {
      return record
    },
    get gone() {
      return gone
    },
    get problem() {
      return problem
    },
    get history() {
      return past
    },
  }
}
