/** For committers of products that nothing is sent to. */
import type { CommitterOptions } from '../../main/engine/cache/commit.ts'

export const nothingSent: CommitterOptions['outbox'] = { entries: [], returning: () => null }
