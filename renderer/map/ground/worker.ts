import { setWorkerUrl } from 'maplibre-gl'

interface Policy {
  createScriptURL(url: string): object
}
interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy
}

export const workerPolicy = 'vigie-map-worker'

let told: string | null = null

/**
 * Tells MapLibre where its worker is. Under Trusted Types a worker starts only from a TrustedScriptURL, and
 * MapLibre wants a string to look at: so the one policy makes the one address, and it answers those questions.
 *
 * @param url of maplibre-gl-worker.mjs, on the window's own origin
 */
export function useWorker(url: string): void {
  if (told === url) return
  told = url
  const { trustedTypes } = globalThis as { trustedTypes?: Factory }
  if (trustedTypes === undefined) {
    setWorkerUrl(url)
    return
  }
  const policy = trustedTypes.createPolicy(workerPolicy, {
    createScriptURL(asked) {
      if (asked !== url) throw new TypeError('not the map’s worker')
      return asked
    },
  })
  const trusted = Object.assign(policy.createScriptURL(url), {
    endsWith: (end: string) => url.endsWith(end),
    split: (at: string | RegExp) => url.split(at),
  })
  setWorkerUrl(trusted as unknown as string)
}
