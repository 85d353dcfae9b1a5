/** What is typed into forms and was not sent: closed and opened again, it is there; nobody else sees it. */
export class Draft {
  /** as typed, by the field's name */
  typed = $state<{ [field: string]: string }>({})
  /** a level's id; '': nothing was chosen */
  marking = $state('')

  get isBegun(): boolean {
    return Object.values(this.typed).some((text) => text.trim() !== '')
  }
  clear(): void {
    this.typed = {}
    // each is marked for itself: what was low once is not low for ever
    this.marking = ''
  }
}

export class Drafts {
  // made where it is first looked at, while a page is drawn: no state may change then, and none does
  readonly #all = new Map<string, Draft>()

  /** @param form as the desk is told of it */
  of(form: string): Draft {
    const draft = this.#all.get(form) ?? new Draft()
    this.#all.set(form, draft)
    return draft
  }
}
