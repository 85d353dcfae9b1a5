import type {
  FromEngine,
  Question,
  Questions,
  SendKind,
  Sent,
  Told,
  TellKind,
  ToEngine,
} from '../../preload/contract/port.ts'
import type { Record } from '../../preload/contract/picture.ts'

const product = 'security.incidents'

const record: Record = {
  product,
  entity: 'INC-1',
  sequence: 1,
  id: 'an id',
  source: 'test',
  type: 'vigie.note.v1',
  time: 1,
  published: 1,
  expires: null,
  marking: 0,
  caveats: [],
  body: { text: 'a line' },
}

/** What fits each row of the port's table; a new row has to say it here. */
export const fittingSent: { [K in SendKind]: Extract<Sent, { kind: K }> } = {
  open: {
    kind: 'open',
    id: 1,
    subscription: {
      form: 'records',
      kinds: ['feature'],
      domains: ['security'],
      products: [product],
      called: ['incidents'],
      notCalled: ['observations'],
      limit: 10,
    },
  },
  close: { kind: 'close', id: 1 },
  credit: { kind: 'credit' },
}

export const fittingQuestions: { [Q in Question]: Questions[Q] } = {
  history: { ask: { product, entity: 'INC-1', limit: 1 }, answer: [record] },
  row: { ask: { product, row: 0 }, answer: record },
  course: {
    ask: { product, series: 'level', from: 0, to: 60_000, parts: 60 },
    answer: { times: Float64Array.of(1), values: Float64Array.of(2), from: 0, marking: 1, filling: false },
  },
  cells: {
    ask: { product, properties: ['name'], language: 'fr' },
    answer: {
      entities: ['INC-1'],
      severities: Uint8Array.of(1),
      times: Float64Array.of(1),
      columns: [{ numbers: new Float64Array(0), texts: ['one'] }],
      properties: ['name'],
      total: 1,
      marking: 1,
    },
  },
  record: { ask: { product, entity: 'INC-1' }, answer: record },
  file: { ask: { product, entity: 'INC-1', file: 0 }, answer: { whole: false, done: 1, size: 2 } },
  piece: { ask: { product, entity: 'INC-1', file: 0, from: 0 }, answer: new Uint8Array(4) },
  search: { ask: { text: 'inc', limit: 1 }, answer: [record] },
  formulas: {
    ask: { limit: 1 },
    answer: [
      {
        ...{ key: 'formula.cncs.zones', product: 'derived.cncs--zones' },
        ...{ title: 'Zones', owner: 'CNCS', marking: 'np', revision: 1, version: 1 },
        reading: false,
        content: { value: 'count(security.incidents, 1 h)' },
        inputs: [product],
        figures: {
          groups: 1,
          highest: [{ group: '', value: 1, why: null }],
          cost: 0.1,
          since: 1,
          absent: [],
        },
        problem: { code: 'formula.too-many-groups', message: '3 events', subject: 'formula.cncs.zones' },
      },
    ],
  },
  tryFormula: {
    ask: { line: 'count(security.incidents, 1 h', of: null, as: null },
    answer: { is: 'wrong', fault: { code: 'syntax', from: 28, to: 29, what: '' } },
  },
  quarantine: {
    ask: { product: null, limit: 1 },
    answer: [
      {
        product,
        sequence: 1,
        received: 1,
        problem: { code: 'message.json-invalid', message: 'no JSON' },
        id: null,
        excerpt: '{',
      },
    ],
  },
}

export const fittingTold: { [K in TellKind]: Extract<Told, { kind: K }> } = {
  catalog: {
    kind: 'catalog',
    listed: true,
    products: [
      {
        product,
        descriptor: {
          title: { fr: 'Incidents', en: 'Incidents' },
          owner: 'somebody',
          domain: 'security',
          kind: 'feature',
          marking: 'dr',
          freshness: 'PT1M',
          retention: 'P1D',
        },
        access: 'permitted',
        known: true,
        intake: null,
      },
    ],
  },
  health: {
    kind: 'health',
    products: [
      {
        product,
        newest: 1,
        entities: 1,
        stream: { received: 1, rejected: 0, faults: 0, gaps: [{ first: 1, last: 2, found: 3 }], behind: 0 },
      },
    ],
    connection: { state: 'live', since: 1, server: 'x', known: 1 },
    links: [{ intake: 'x', connection: { state: 'live', since: 1, server: 'x', known: 1 } }],
    skew: null,
    marking: 0,
    whole: true,
  },
  refused: { kind: 'refused', id: 1 },
  columns: {
    kind: 'columns',
    product,
    reset: true,
    rows: new Uint32Array(2),
    lon: new Float32Array(2),
    lat: new Float32Array(2),
    course: new Float32Array(2),
    speed: new Float32Array(2),
    time: new Float64Array(2),
    symbol: new Uint16Array(2),
    severity: new Uint8Array(2),
    shown: new Uint8Array(2),
    symbols: [''],
    published: new Float64Array(0),
  },
  records: { kind: 'records', product, reset: true, records: [record], gone: ['INC-2'] },
  series: {
    kind: 'series',
    product,
    reset: true,
    series: [
      { series: 's', unit: null, marking: 0, times: new Float64Array(1), values: new Float64Array(1) },
    ],
    published: new Float64Array(0),
  },
}

/** An engine's end of a port that says what it is told to, and keeps what comes. */
export function engineEnd(port: MessagePort) {
  const heard: unknown[] = []
  let look = (): void => undefined
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    heard.push(data)
    look()
  }
  return {
    heard,
    say: (message: FromEngine) => port.postMessage(message),
    /** resolves when so many have come */
    until: (count: number) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (heard.length >= count) resolve()
        }
        look()
      }),
  }
}

/** A port whose engine answers at once, so that a test needs no clock. */
export function portDouble() {
  const sent: ToEngine[] = []
  const port = {
    onmessage: null as ((event: { data: FromEngine }) => void) | null,
    postMessage: (message: ToEngine) => sent.push(message),
    addEventListener: (_: string, gone: () => void) => (port.gone = gone),
    gone: (): void => undefined,
    start: () => undefined,
    close: () => undefined,
  }
  return {
    port: port as unknown as MessagePort,
    sent,
    say: (data: FromEngine) => port.onmessage?.({ data }),
    die: () => port.gone(),
  }
}
