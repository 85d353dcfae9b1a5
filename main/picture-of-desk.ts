/** What the desk shows now, as a document: marked as high as this desk may show, whatever is on it just then. */
import type { BrowserWindow } from 'electron'
import type { DocumentInput } from '../preload/contract/document.ts'
import { fail, ok, type Result } from '../preload/contract/result.ts'
import type { Language } from '../preload/contract/words.ts'
import { deskLevelOf, type Policy } from './policy/policy.ts'

/** Small text stays legible. */
const quality = 88

const names: { readonly [L in Language]: string } = { fr: 'Image du poste', en: 'Picture of the desk' }

/** @param at ms since 1970. @returns `wall.no-picture` where nothing can be taken of it */
export async function pictureOfDesk(
  window: BrowserWindow | null,
  policy: Policy,
  { language, at }: { language: Language; at: number },
): Promise<Result<DocumentInput>> {
  const none = (why: string) => fail<DocumentInput>('wall.no-picture', why, policy.node)
  if (window === null || window.isDestroyed()) return none('the desk has no window')
  try {
    const taken = await window.webContents.capturePage()
    if (taken.isEmpty()) return none('the desk is not on a display')
    const time = new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
      ...{ timeZone: policy.timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit' },
    }).format(at)
    return ok({
      name: `${names[language]} ${policy.node}, ${time}`,
      owner: policy.organisation,
      marking: deskLevelOf(policy),
      file: `${policy.node}.jpg`,
      mediaType: 'image/jpeg',
      bytes: new Uint8Array(taken.toJPEG(quality)),
    })
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error))
  }
}
