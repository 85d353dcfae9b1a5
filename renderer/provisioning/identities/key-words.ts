import type { KeyKind } from '../../../preload/contract/identities.ts'

/** As they are called everywhere. */
export const keyWords: Readonly<Record<KeyKind, string>> = {
  'rsa-3072': 'RSA 3072',
  'rsa-4096': 'RSA 4096',
  'ec-p256': 'EC P-256',
  'ec-p384': 'EC P-384',
}
