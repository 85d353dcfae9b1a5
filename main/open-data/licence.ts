/** A licence as an address: what other catalogues know it by. */
import type { Open } from '../../preload/contract/product.ts'

export const licenceAddress = (licence: Open['licence']): string =>
  licence.startsWith('https://') ? licence : `https://spdx.org/licenses/${licence}.html`
