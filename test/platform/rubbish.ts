import { headers, type NatsConnection } from '@nats-io/nats-core'
import type { ProblemCode } from '../../preload/contract/result.ts'
import type { ProductName } from '../../preload/contract/product.ts'

/**
 * One message that no honest feed sends. `inert`: it becomes an event and can do no harm on a screen.
 * `quarantined`: it is refused with a reason. `dropped`: the server itself keeps it out of the stream.
 * `either`: both are right.
 */
export type Rubbish = {
  label: string
  expect: 'inert' | 'quarantined' | 'dropped' | 'either'
  /** the reason in quarantine, where only one is right */
  reason?: ProblemCode
  subject: string
  headers: Readonly<Record<string, string>>
  payload: Uint8Array
}

const utf8 = new TextEncoder()

/** Every kind of bad input, for one product of kind `feature`. Entities are `rubbish-N`, ids `rubbish-N` too. */
export const rubbish = (product: ProductName, now: number, maxPayload = 1_048_576): Rubbish[] => {
  let count = 0
  const list: Rubbish[] = []
  const feature = (properties: unknown = { name: 'x' }, coordinates: unknown = [2.33, 48.86]) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates },
    properties,
  })
  const add = (
    label: string,
    expect: Rubbish['expect'],
    what: {
      reason?: ProblemCode
      body?: unknown
      raw?: string | Uint8Array
      headers?: Record<string, string | null>
      entity?: string
    },
  ) => {
    const name = `rubbish-${++count}`
    const entity = what.entity ?? name
    const head: Record<string, string | null> = {
      'Nats-Msg-Id': name,
      'ce-specversion': '1.0',
      'ce-id': name,
      'ce-source': '//test.vigie/rubbish',
      'ce-type': 'vigie.feature.v1',
      'ce-time': new Date(now).toISOString(),
      'ce-subject': entity,
      ...what.headers,
    }
    const { raw } = what
    list.push({
      label,
      expect,
      ...(what.reason === undefined ? {} : { reason: what.reason }),
      subject: `dp.${product}.${entity}`,
      headers: Object.fromEntries(
        Object.entries(head).filter((entry): entry is [string, string] => entry[1] !== null),
      ),
      payload:
        raw === undefined
          ? utf8.encode(JSON.stringify(what.body ?? feature()))
          : typeof raw === 'string'
            ? utf8.encode(raw)
            : raw,
    })
  }
  const json = 'message.json-invalid' as const
  const shape = 'message.body-invalid' as const
  const missing = 'message.header-missing' as const
  const wrong = 'message.header-invalid' as const

  // JSON that is none
  const whole = JSON.stringify(feature())
  add('broken JSON', 'quarantined', { raw: whole.slice(0, -5), reason: json })
  add('text that is no JSON', 'quarantined', { raw: 'hello', reason: json })
  add('NaN in JSON', 'quarantined', { raw: whole.replace('2.33', 'NaN'), reason: json })
  add('trailing comma', 'quarantined', { raw: `${whole.slice(0, -1)},}`, reason: json })
  add('bytes that are no UTF-8', 'quarantined', {
    raw: new Uint8Array([...utf8.encode('{"type":"'), 0xff, 0xfe, 0xc0, ...utf8.encode('"}')]),
  })
  add('binary zeros', 'quarantined', { raw: new Uint8Array(64), reason: json })
  add('ten thousand open brackets', 'quarantined', { raw: '['.repeat(10_000), reason: json })
  add('nested deep and closed', 'quarantined', {
    raw: `${'['.repeat(5000)}${']'.repeat(5000)}`,
  })

  // headers missing or contradicting
  for (const name of ['ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time', 'ce-subject'])
    add(`without ${name}`, 'quarantined', { headers: { [name]: null }, reason: missing })
  add('without any header', 'quarantined', {
    headers: Object.fromEntries(
      ['Nats-Msg-Id', 'ce-specversion', 'ce-id', 'ce-source', 'ce-type', 'ce-time', 'ce-subject'].map(
        (name) => [name, null],
      ),
    ),
    reason: missing,
  })
  add('another CloudEvents version', 'quarantined', { headers: { 'ce-specversion': '0.3' }, reason: wrong })
  add('Nats-Msg-Id against ce-id', 'either', { headers: { 'ce-id': 'somebody-else' } })
  add('ce-subject against the subject', 'quarantined', { headers: { 'ce-subject': 'other' }, reason: wrong })
  add('an unknown type', 'quarantined', {
    headers: { 'ce-type': 'vigie.rumour.v1' },
    reason: 'message.type-unknown',
  })
  add('a type against the body', 'quarantined', { headers: { 'ce-type': 'vigie.metric.v1' } })
  add('a type named __proto__', 'quarantined', {
    headers: { 'ce-type': '__proto__' },
    reason: 'message.type-unknown',
  })
  add('an empty id', 'quarantined', { headers: { 'ce-id': '', 'Nats-Msg-Id': null } })
  add('a time that is none', 'quarantined', { headers: { 'ce-time': 'yesterday' }, reason: wrong })
  add('an expiry that is none', 'quarantined', { headers: { 'ce-expires': 'never' }, reason: wrong })
  add('a time in 1970', 'quarantined', {
    headers: { 'ce-time': '1970-01-01T00:00:00Z' },
    reason: 'message.time-implausible',
  })
  add('a time in 2999', 'quarantined', {
    headers: { 'ce-time': '2999-12-31T23:59:59Z' },
    reason: 'message.time-implausible',
  })
  add('expired before it happened', 'inert', {
    headers: { 'ce-expires': new Date(now - 60_000).toISOString() },
  })

  // markings
  add('an unknown marking', 'inert', { headers: { 'ce-marking': 'cosmic-top' } })
  add('an empty marking', 'inert', { headers: { 'ce-marking': '' } })
  add('a marking named __proto__', 'inert', { headers: { 'ce-marking': '__proto__' } })
  add('an unknown caveat', 'inert', { headers: { 'ce-caveats': 'for-my-eyes' } })

  // wrong types
  add('a number for a body', 'quarantined', { body: 42, reason: shape })
  add('null for a body', 'quarantined', { raw: 'null', reason: shape })
  add('an array for a body', 'quarantined', { body: [feature()], reason: shape })
  add('no geometry', 'quarantined', { body: { type: 'Feature', properties: {} }, reason: shape })
  add('properties that are a text', 'quarantined', { body: feature('x'), reason: shape })
  add('a name that is an object', 'quarantined', { body: feature({ name: { a: 1 } }), reason: shape })
  add('a severity of its own', 'quarantined', { body: feature({ severity: 'Apocalyptic' }), reason: shape })
  add('a symbol code too short', 'quarantined', { body: feature({ sidc: '1003' }), reason: shape })
  add('a symbol code of unknown parts', 'inert', {
    body: feature({ name: 'x', sidc: '99999999999999999999' }),
  })

  // coordinates
  for (const [label, at] of [
    ['longitude 181', [181, 48]],
    ['latitude -91', [2, -91]],
    ['coordinates as texts', ['2.33', '48.86']],
    ['one coordinate', [2.33]],
    ['five coordinates', [1, 2, 3, 4, 5]],
    ['no coordinates', []],
    ['null coordinates', [null, null]],
  ] as const)
    add(label, 'quarantined', { body: feature({ name: 'x' }, at), reason: shape })
  add('an infinite coordinate', 'quarantined', { raw: whole.replace('2.33', '1e999'), reason: shape })
  add('an endless ring', 'quarantined', {
    body: {
      type: 'Feature',
      geometry: {
        type: 'Polygon',
        coordinates: [Array.from({ length: 20_000 }, (_, i) => [2 + i / 1e6, 48])],
      },
      properties: {},
    },
    reason: shape,
  })

  // texts
  add('a name of ten thousand characters', 'quarantined', {
    body: feature({ name: 'n'.repeat(10_000) }),
    reason: shape,
  })
  add('control characters', 'inert', { body: feature({ name: 'a\u0000b\u0007c\u001b[31md\r\ne' }) })
  add('bidirectional overrides', 'inert', { body: feature({ name: '\u202egnp.exe\u2066\u200f' }) })
  add('a thousand combining marks', 'inert', { body: feature({ name: `e${'\u0301'.repeat(150)}` }) })
  add('lone surrogates', 'inert', { raw: whole.replace('"x"', '"\\ud800\\udfff\\ud83d"') })
  for (const text of [
    '<script>document.title="owned"</script>',
    '<img src=x onerror="document.title=\'owned\'">',
    '<svg onload=alert(1)>',
    'javascript:alert(1)',
    '{{constructor.constructor("return process")()}}',
    '${process.exit()}',
    '"><iframe src="https://example.org">',
  ])
    add(`HTML and script: ${text.slice(0, 24)}`, 'inert', {
      body: feature({
        name: text,
        category: text.slice(0, 90),
        status: text.slice(0, 90),
        text,
        place: text,
      }),
    })

  // keys that reach for the prototype
  add('__proto__ in properties', 'either', {
    raw: whole.replace('"name":"x"', '"name":"x","__proto__":{"polluted":true}'),
  })
  add('__proto__ in the body', 'either', { raw: `{"__proto__":{"polluted":true},${whole.slice(1)}` })
  add('constructor.prototype', 'either', {
    body: feature({ name: 'x', constructor: { prototype: { polluted: true } } }),
  })
  add('toString that is a text', 'inert', { body: feature({ name: 'x', toString: 'x', valueOf: 'y' }) })
  add('the same key twice', 'inert', { raw: whole.replace('"name":"x"', '"name":"x","name":"y"') })

  // ends, duplicates, order
  add('an end of what never was', 'inert', { raw: '' })
  add('first of two alike', 'inert', { headers: { 'Nats-Msg-Id': 'twin', 'ce-id': 'twin' } })
  add('the server drops its twin', 'dropped', { headers: { 'Nats-Msg-Id': 'twin', 'ce-id': 'twin' } })
  add('a repeated id that the server did not see', 'inert', {
    headers: { 'Nats-Msg-Id': null, 'ce-id': 'twin' },
  })
  add('newer first', 'inert', { entity: 'disorder', body: feature({ name: 'newer' }) })
  add('then older', 'inert', {
    entity: 'disorder',
    body: feature({ name: 'older' }),
    headers: { 'ce-time': new Date(now - 600_000).toISOString() },
  })

  // size: what is left below the server's limit, headers counted
  add('the largest body the server lets through', 'either', {
    body: feature({ name: 'x', pad: 'p'.repeat(maxPayload - 800) }),
  })
  return list
}

/** Publishes and returns when the server has taken them all. */
export const publishRubbish = async (connection: NatsConnection, list: readonly Rubbish[]): Promise<void> => {
  for (const one of list) {
    const head = headers()
    for (const [name, value] of Object.entries(one.headers)) head.set(name, value)
    await connection.request(one.subject, one.payload, { headers: head, timeout: 10_000 })
  }
}
