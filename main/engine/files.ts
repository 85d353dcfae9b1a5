/**
 * Files that events tell of, for whoever may see the event: fetched from the platform when somebody looks, held against
 * the size and the digest that were published, kept encrypted, and let go of where nobody asks any more. Until all of it
 * is there and the same nobody gets a byte of it.
 */
import { mostReadBytes, type EventFile, type FileState } from '../../preload/contract/document.ts'
import type { Rank } from '../../preload/contract/marking.ts'
import type { ProblemCode } from '../../preload/contract/result.ts'
import { fail, ok, type Problem, type Result } from '../../preload/contract/result.ts'
import type { Documents } from './cache/documents.ts'
import type { Held } from './cache/held.ts'
import type { Links } from './links.ts'
import type { PlatformClock } from './time/platform-clock.ts'
import type { Files } from './windows/files.ts'

export interface FilesOptions {
  documents: Documents
  links: () => Links
  time: Pick<PlatformClock, 'now' | 'monotonic'>
  /** what is published there is wrong: its owner is to know */
  fault: (held: Held, code: ProblemCode, text: string, rank: Rank) => void
  unwritable: (error: unknown) => void
}

interface Fetching {
  done: number
  /** when somebody asked last, monotonic ms */
  asked: number
  over: Promise<void>
}

const digestForm = /^SHA-256=[A-Za-z0-9_-]{43}=$/
/** of different files at once; the next waits until somebody asks again */
const mostAtOnce = 4
/** ms: whoever looks asks several times a second */
const patience = 5000
/** ms that an answer is given again before the platform is asked once more */
const sameFor = 3000
/** What the data is at fault for, and not the way that it comes. */
const ofTheData: readonly ProblemCode[] = [
  'document.missing',
  'document.altered',
  'document.cut',
  'document.unfit',
]

export function createFiles(options: FilesOptions): Files & { dispose(): Promise<void> } {
  const { documents, time } = options
  /** by digest: two events may tell of one */
  const fetching = new Map<string, Fetching>()
  /** by all that is said of it */
  const failed = new Map<string, { at: number; problem: Problem }>()
  const keyOf = ({ object, size, digest }: EventFile): string => `${digest} ${size} ${object}`
  let disposed = false

  const fetch = async (
    held: Held,
    intake: string,
    file: EventFile,
    marking: Rank,
    own: Fetching,
  ): Promise<Problem | null> => {
    const { object, size, digest } = file
    const writing = await documents.begin(digest, size, time.now())
    if (writing === null)
      return { code: 'document.too-large', message: `it has ${size} bytes`, subject: object }
    let left = false
    const got = await options.links().getObject(intake, { object, size, digest }, async (part) => {
      await writing.add(part)
      own.done += part.length
      left = disposed || time.monotonic() - own.asked > patience
      return !left
    })
    if (got.ok && !left) {
      await writing.end()
      return null
    }
    await writing.drop()
    if (got.ok) return null
    if (ofTheData.includes(got.error.code))
      options.fault(held, got.error.code, `${object}: ${got.error.message}`, marking)
    return got.error
  }

  const begin = (held: Held, intake: string, file: EventFile, marking: Rank): Fetching => {
    const { digest } = file
    const own: Fetching = { done: 0, asked: time.monotonic(), over: Promise.resolve() }
    fetching.set(digest, own)
    own.over = fetch(held, intake, file, marking, own)
      .catch((error: unknown): Problem => {
        options.unwritable(error)
        return { code: 'cache.unwritable', message: String(error), subject: file.object }
      })
      .then((problem) => {
        fetching.delete(digest)
        if (problem !== null) failed.set(keyOf(file), { at: time.monotonic(), problem })
      })
    return own
  }

  return {
    look(held, file, marking): Result<FileState> {
      const { object, size, digest } = file
      if (!digestForm.test(digest))
        return fail('document.altered', 'its event has no digest that could be held against it', object)
      if (size > mostReadBytes) return fail('document.too-large', `it has ${size} bytes`, object)
      const kept = documents.sizeOf(digest)
      if (kept !== null && kept !== size)
        return fail('document.altered', `it has ${kept} bytes, and ${size} were published`, object)
      if (kept !== null) {
        documents.use(digest, time.now()).catch(options.unwritable)
        return ok({ whole: true, done: size, size })
      }
      const under = fetching.get(digest)
      if (under) {
        under.asked = time.monotonic()
        return ok({ whole: false, done: under.done, size })
      }
      const before = failed.get(keyOf(file))
      if (before && time.monotonic() - before.at < sameFor) return { ok: false, error: before.problem }
      failed.delete(keyOf(file))
      const { intake } = held
      if (intake === null || !options.links().isLive(intake))
        return fail('platform.unreachable', 'it is not kept here, and the platform can’t be reached', object)
      if (fetching.size < mostAtOnce && !disposed) begin(held, intake, file, marking)
      return ok({ whole: false, done: 0, size })
    },
    async part({ digest, object }, from, most) {
      const part = await documents.part(digest, from, most)
      return part === null ? fail('document.missing', 'it is not kept here', object) : ok(part)
    },
    async dispose() {
      disposed = true
      await Promise.all([...fetching.values()].map(({ over }) => over))
    },
  }
}
