/** What a person does with a synthesis besides writing in it: by key, button or palette. */
export type ReportDoing =
  'new' | 'review' | 'preview' | 'release' | 'refresh' | 'undo' | 'redo' | 'discard' | 'verify'

/** What of it can be done now; null: syntheses are not what the desk shows. */
export interface ReportSituation {
  /** a draft is open */
  draft: boolean
  mayUndo: boolean
  mayRedo: boolean
}
