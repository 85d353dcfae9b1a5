import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Protocol } from 'electron'
import * as v from 'valibot'
import { appOrigin } from '../../preload/contract/schema.ts'
import { nowhere, type Reach } from './reach.ts'

const scheme = new URL(appOrigin).protocol.slice(0, -1)
const host = new URL(appOrigin).host

/** Must run before the app is ready: makes `app://` an origin of its own, with fetch and workers, like https. */
export function registerAppScheme(protocol: Protocol): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: false } },
  ])
}

/** Names of the policies that our libraries make: Svelte for the templates it compiled, ours for workers. */
const trustedTypes = ['svelte-trusted-html', 'vigie-map-worker', 'vigie-document-worker']

const policyFor = ({ sources }: Reach): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...sources].join(' '),
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${trustedTypes.join(' ')}`,
  ].join('; ')

export const contentSecurityPolicy = policyFor(nowhere)

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), midi=(), payment=(), clipboard-read=()',
} as const

const FilesSchema = v.array(
  v.object({
    path: v.pipe(v.string(), v.regex(/^(\/[A-Za-z0-9@._-]+)+$/)),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    type: v.string(),
  }),
)

/** The renderer's bundle: only what its list names can be read, and only as it was when it was built. */
export interface Bundle {
  folder: string
  files: ReadonlyMap<string, { sha256: string; type: string }>
}

export async function openBundle(folder: string): Promise<Bundle> {
  const list = v.parse(FilesSchema, JSON.parse(await readFile(join(folder, 'files.json'), 'utf8')))
  return { folder, files: new Map(list.map(({ path, sha256, type }) => [path, { sha256, type }])) }
}

const empty = (status: number) => new Response(null, { status, headers })

/** Answers one request for `app://vigie/…`. */
export async function answerFrom(
  bundle: Bundle,
  request: Pick<Request, 'url' | 'method'>,
  reach: Reach = nowhere,
): Promise<Response> {
  const url = URL.canParse(request.url) ? new URL(request.url) : null
  if (url === null || url.protocol !== `${scheme}:` || url.host !== host) return empty(404)
  if (request.method !== 'GET') return empty(405)
  // the list is the whole truth: no path is ever put together from what was asked for
  const file = bundle.files.get(url.pathname)
  if (file === undefined) return empty(404)
  let bytes: Buffer<ArrayBuffer>
  try {
    bytes = await readFile(join(bundle.folder, ...url.pathname.split('/')))
  } catch {
    return empty(404)
  }
  if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) return empty(500)
  return new Response(bytes, {
    headers: {
      ...headers,
      'content-security-policy': policyFor(reach),
      'content-type': file.type,
      'content-length': String(bytes.length),
    },
  })
}

export function serveApp(protocol: Protocol, bundle: Bundle, reach: Reach = nowhere): () => void {
  protocol.handle(scheme, (request) => answerFrom(bundle, request, reach))
  return () => protocol.unhandle(scheme)
}
