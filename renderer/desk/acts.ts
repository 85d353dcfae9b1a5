import { actIds, type ActInput, type ActsOf } from '../../preload/contract/act.ts'
import type { EntityRef } from '../../preload/contract/entity.ts'
import type { ProductForm, ProductName } from '../../preload/contract/product.ts'
import type { Words } from '../../preload/contract/words.ts'
import type { Begun } from './log/entry/form.svelte.ts'
import type { BoardDoing } from './boards/doings.ts'
import type { ReportDoing } from './synthesis/doings.ts'

/** What fills the middle of the desk. */
export const views = [
  ...([
    'wall',
    'map',
    'log',
    'synthesis',
    'boards',
    'formulas',
    'documents',
    'quarantine',
    'outbox',
    'trail',
    'health',
  ] as const),
] as const
export type View = (typeof views)[number]

/** What a person does at the desk that is nobody else's affair: it stays in this window. */
export type Interaction =
  | { act: 'select'; entity: EntityRef }
  | { act: 'next-alarm' }
  | { act: 'choose-screen'; screen: number }
  | { act: 'choose-scene'; screen: number }
  | { act: 'look-at'; screen: number }
  | { act: 'view'; view: View }
  | { act: 'withdraw'; entry: string }
  | { act: 'share'; scene: string }
  | { act: 'versions'; key: string; title: Words }
  | { act: 'product'; product: ProductName }
  | { act: 'person' }
  | { act: 'agree'; proposal: string }
  | { act: 'alone'; proposal: string }
  | { act: 'palette' }
  | { act: 'provision' }
  | { act: 'help' }
  | ({ act: 'write-line' } & Begun)
  /** … with what the desk shows as it is begun */
  | ({ act: 'write-pictured' } & Begun)
  | { act: 'find-line' }
  | { act: 'find-document' }
  | { act: 'open-document'; document: EntityRef }
  | { act: 'add-document' }
  | { act: 'print-log' }
  | { act: 'save-log' }
  | { act: 'save-product'; product: ProductName; form: ProductForm }
  | { act: 'stop-export' }
  | { act: 'as-known' }
  | { act: 'report'; does: ReportDoing }
  | { act: 'board'; does: BoardDoing }
  | { act: 'compose'; scene: string }
  | { act: 'open-line'; line: EntityRef }
  | { act: 'handover' }
  /** the poll, or with `no` the reason for a no of that function */
  | { act: 'poll'; no: string | null }
  /** the forms, or the one that is to be filled in */
  | { act: 'fill-form'; form: string | null }
  | { act: 'edit-roster' }
  | { act: 'undo' }

/** All that a person can do at the desk, whether by key, pointer or palette. */
export type Doing = DeskAct | Interaction

/** What others see, by the table of the contract. */
export type DeskAct = ActInput<ActsOf<'desk'>>

export const isAct = (doing: Doing): doing is DeskAct => (actIds as readonly string[]).includes(doing.act)
