/** What the syntheses at the desk stand on: who is signed in, who sits there, what policy says, and where things go. */
import type { Author } from '../../../preload/contract/author.ts'
import type { MarkingScheme, Rank } from '../../../preload/contract/marking.ts'
import type { Synthesis } from '../../../preload/contract/report.ts'
import type { Reports } from '../../../preload/contract/reports.ts'
import type { Result } from '../../../preload/contract/result.ts'
import type { Contract, Payload } from '../../../preload/contract/schema.ts'
import type {
  SaveOutcome,
  SharedDocument,
  SharedThing,
  WaitingSave,
} from '../../../preload/contract/shared.ts'
import type { Recorded } from '../../../preload/contract/trail.ts'
import type { Signatory } from '../../identity/signatory.ts'
import type { OpenVault } from '../../identity/vault/vault.ts'
import type { StampAuthority } from '../../trail/stamp.ts'
import type { SignedBy } from '../block.ts'
import type { Form } from '../export.ts'
import type { NamedVerdict, ReportOrder, SetPaper } from '../orders.ts'
import type { Kept, KeptReports } from './kept.ts'

export type Asked = Extract<ReportOrder, { order: 'draft' }>['asked']

export interface DeskPolicy {
  node: string
  organisation: string
  scheme: MarkingScheme
  deskCeiling: Rank
  timeZone: string
  timestamp: StampAuthority | null
  fourEyes: readonly string[]
  export: { print: boolean; files: boolean }
}

type Told<N extends 'changed' | 'approved' | 'releasing'> = Payload<Contract['reports'][N]>

export interface DeskParts {
  policy: () => DeskPolicy
  exercise: boolean
  /** null: nobody */
  signatory: () => Signatory | null
  drafting: {
    draft(cache: string, vault: OpenVault, asked: Asked): Promise<Result<Synthesis>>
    set(asked: {
      folder: string
      synthesis: Synthesis
      signed: SignedBy | null
      room: number | null
    }): Promise<Result<SetPaper>>
    write(asked: {
      folder: string
      synthesis: Synthesis
      form: Form
      scheme: MarkingScheme
      ceiling: Rank
    }): Promise<Result<Uint8Array>>
    verify(asked: {
      file: string
      authorities: string[] | null
      stampAuthorities: string[] | null
      now: number
    }): Promise<Result<NamedVerdict>>
    cancel(): void
  }
  kept: KeptReports
  shared: {
    things(): ReadonlyMap<string, SharedThing>
    saves(): readonly WaitingSave[]
    put(
      key: string,
      said: Pick<SharedDocument, 'marking' | 'title' | 'content'>,
      after: number,
    ): Promise<Result<SaveOutcome>>
    withdraw(id: string): Promise<unknown>
    /** what the platform has of it was heard, or kept: what is not among the things is not there */
    isKnown(): boolean
  }
  /** who approved last, by the draft's name */
  approvals: () => ReadonlyMap<string, { digest: string; by: Author; at: number }>
  /** drafts that others have open */
  elsewhere: () => { person: string | null; node: string; reports: readonly string[] }[]
  approve(report: string, digest: string): Result<unknown>
  author: () => Author
  /** whether who sits here may release, by person and function */
  may: () => Result<undefined>
  record(recorded: Recorded): void
  /** these are open here */
  reading(names: string[]): void
  /** `report` of the resources */
  folder: string
  now: () => number
  /** ms, of a clock that nobody sets */
  monotonic: () => number
  newId: () => string
  /** a file that a person chooses; null: none was */
  file(kinds: string[]): Promise<string | null>
  /** to a file that a person chooses. false: none was chosen */
  save(name: string, bytes: Uint8Array): Promise<Result<boolean>>
  /** @param pages SVG. @returns false: whoever was asked for a printer chose none */
  print(title: string, pages: readonly string[]): Promise<Result<boolean>>
  /** a person says yes to it, by the words of main's own; false: they do not */
  confirm(what: { title: string; level: string }): Promise<boolean>
  tell: {
    state(state: Reports): void
    changed(changed: Told<'changed'>): void
    approved(approved: Told<'approved'>): void
    releasing(step: Told<'releasing'>): void
  }
  /** to the platform, once, under this id */
  deliver(released: Kept, id: string, pdf: Uint8Array): Promise<Result<unknown>>
  /** it is not there yet */
  isDelivering(id: string): boolean
}
