import { SvelteSet } from 'svelte/reactivity'
import type { DocumentPage } from '../../preload/contract/document.ts'
import type { EntityRef } from '../../preload/contract/entity.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import type { ProductName } from '../../preload/contract/product.ts'
import type { View } from './acts.ts'
import { Drafts } from './forms/drafts.svelte.ts'
import { LineForm } from './log/entry/form.svelte.ts'
import type { Sharing } from './shared/saves.ts'

/** What is read, as it can be shown on a screen. */
export interface Reads extends DocumentPage {
  name: string
  /** the lowest that a screen's ceiling may be */
  marking: Rank
}

export type Middle = View | { product: ProductName }

/** What this desk looks at now: its own affair, nobody else's. */
export class Choice {
  middle = $state.raw<Middle>('wall')
  screen = $state<number | null>(null)
  /** the screen whose list of scenes is open */
  scenesOf = $state<number | null>(null)
  /** what is to be saved for everybody, or whose versions are looked at; null: no dialog of that is open */
  sharing = $state.raw<Sharing | null>(null)
  selected = $state.raw<EntityRef | null>(null)
  /** the line of the log that somebody is about to enter, and the one that they look at there */
  readonly line = new LineForm()
  chosenLine = $state.raw<EntityRef | null>(null)
  /** the line beside which stands the picture as it was known when it was written */
  knownOf = $state.raw<EntityRef | null>(null)
  /** the document that is read, what it is called and may be shown to, and the page of it */
  document = $state.raw<EntityRef | null>(null)
  reads = $state.raw<Reads | null>(null)
  /** goes up whenever somebody asks to search the documents: their field takes the focus */
  documentFilterAsked = $state(0)
  /** files that are about to be added, those that were dropped; null: no dialog of that is open */
  adding = $state.raw<readonly File[] | null>(null)
  /** goes up whenever a line is opened from elsewhere: its row takes the focus */
  lineAsked = $state(0)
  /** goes up whenever somebody asks to search the log: its field takes the focus */
  filterAsked = $state(0)
  /** … to print the lines that it shows, or to save them as a file */
  printAsked = $state(0)
  saveAsked = $state(0)
  /** the dialog about who sits here and who has which function */
  person = $state(false)
  /** the dialog of the relief, and what was taken over in it so far: closed and opened again, it goes on */
  handover = $state(false)
  readonly handed = new SvelteSet<string>()
  /** the dialog of the poll, and whose no is about to be said; null: it is not open */
  poll = $state.raw<{ no: string | null } | null>(null)
  /** the dialog of the forms, and the one that is filled in; null: it is not open */
  forms = $state.raw<{ form: string | null } | null>(null)
  readonly drafts = new Drafts()
  /** what somebody is about to do alone, by its proposal; null: nothing */
  alone = $state<string | null>(null)
  /** what was told once, and this desk's person has read */
  readonly read = new SvelteSet<string>()
  palette = $state(false)
  help = $state(false)
  /** the dialog that asks for the passphrase is open; without it, a banner offers it */
  unlock = $state(false)
  /** bare characters are shortcuts (WCAG 2.1.4: a person may turn them off) */
  singleKeys = $state(true)
  /** hours of the timeline */
  hours = $state(1)
  /** of which product the quarantine is shown; null: of all */
  quarantineOf = $state<ProductName | null>(null)

  /** the act that was lost and of which this desk's person has read */
  lostRead = $state<string | null>(null)

  get product(): ProductName | null {
    return typeof this.middle === 'string' ? null : this.middle.product
  }
}
