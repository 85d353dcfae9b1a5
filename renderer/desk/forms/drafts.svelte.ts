/** What is typed into forms and was not sent: closed and opened again, it is there; nobody else sees it. */
import { SvelteMap } from 'svelte/reactivity'

export class Draft {
  /** as typed, by the field's name */
  typed = $state<{ [field: string]: string }>({})
  /** a level's id; '': nothing was chosen */
  marking = $state('')
  readonly isBegun = $derived(Object.values(this.typed).some((text) => text.trim() !== ''))

  clear(): void {
    this.typed = {}
  }
}

export class Drafts {
  readonly #all = new SvelteMap<string, Draft>()

  /** @param form as the desk is told of it */
  of(form: string): Draft {
    const known = this.#all.get(form)
    if (known !== undefined) return known
    const draft = new Draft()
    this.#all.set(form, draft)
    return draft
  }
  isBegun(form: string): boolean {
    return this.#all.get(form)?.isBegun === true
  }
}
