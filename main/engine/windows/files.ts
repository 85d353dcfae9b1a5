/** Files that events tell of, as a window may read them: what its event is, was looked at before. */
import type { EventFile, FileState } from '../../../preload/contract/document.ts'
import type { Rank } from '../../../preload/contract/marking.ts'
import type { Result } from '../../../preload/contract/result.ts'
import type { Held } from '../cache/held.ts'

export interface Files {
  /** how far it is; it comes as long as somebody asks. @param marking its event's: what is wrong with it is told no lower */
  look(held: Held, file: EventFile, marking: Rank): Result<FileState>
  part(file: EventFile, from: number, most: number): Promise<Result<Uint8Array<ArrayBuffer>>>
}
