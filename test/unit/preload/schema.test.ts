import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { actIds, rowOf, type ActId } from '../../../preload/contract/act.ts'
import { pictureRoles } from '../../../preload/contract/role.ts'
import { inputFor, rows } from '../../../preload/contract/schema.ts'
import { draftedOf, reportKey } from '../../doubles/report.ts'
import { fittingActs } from '../../doubles/acts.ts'

/** Each call as each role may make it; an act is as many calls as there are acts. */
const calls = rows.flatMap(({ group, name, row }) =>
  row.kind !== 'call'
    ? []
    : row.roles.flatMap((role) =>
        name === 'act'
          ? actIds
              .filter((act) => rowOf(act).roles.some((one) => one === role))
              .map((act) => ({ call: `act ${act}`, input: inputFor(row, role) }))
          : [{ call: `${group}.${name}`, input: inputFor(row, role) }],
      ),
)

/** What fits each call that takes something; a new call has to say it here. */
const fittingSheet = {
  about: 'All 1',
  columns: [{ head: 'No.', wide: false }],
  rows: [{ marking: 'np', cells: ['CNCS-0001'] }],
}
const draftedScene = {
  ...{ scene: 'porte-14', title: 'Porte 14', grid: { columns: 2, rows: 1 } },
  widgets: ['{"widget":"journal","at":[0,0,1,1]}'],
}
const baseless = { key: null, revision: 0, version: null, scene: null }
const fits: Record<string, Record<string, unknown>> = {
  'wall.telemetry': { frames: 1, drawn: 1, marking: 0, latency: [0], complete: null },
  'provisioning.speak': { language: 'en' },
  'identities.choose': { what: 'import' },
  'identities.create': {
    ...{ name: 'wall-07', key: 'ec-p384', subject: 'CN=wall-07', names: [], passphrase: 'x' },
  },
  'identities.askNext': { name: 'wall-07', key: 'ec-p384', passphrase: 'x' },
  'identities.bring': { name: 'wall-07', opens: null, seals: null, over: false },
  'identities.save': { name: 'wall-07.1', what: 'certificate' },
  'identities.remove': { name: 'wall-07', evenInUse: false },
  'identities.enrol': {
    ...{ name: 'wall-07', subject: 'CN=wall-07', names: [], key: null, url: 'https://est.cncs.fr' },
    ...{ authority: 'ab'.repeat(32), secret: 'x', passphrase: 'x' },
  },
  'identities.tryConnection': { name: null, platform: null, passphrase: 'x' },
  'identities.putAway': { what: 'trial' },
  'health.copy': { text: 'bon' },
  'trust.importList': { source: 'https://ca.example/root.crl' },
  'trail.unlock': { passphrase: 'correct horse' },
  'trail.find': { words: [], screen: null, from: null, until: null, before: null, limit: 1 },
  'policies.change': { path: ['screens', 0, 'ceiling'], json: '"np"' },
  'policies.text': { version: 3 },
  'policies.sign': { passphrase: 'correct horse', reread: true, digest: 'a1'.repeat(32) },
  'boards.read': { scene: 'situation' },
  'boards.keep': { draft: draftedScene, base: baseless, marking: 'np', at: 0 },
  'boards.drop': { scene: 'porte-14' },
  'boards.save': { draft: draftedScene, marking: 'np', after: 0, over: ['save-1'] },
  'desk.undo': { act: 'show-scene', ...fittingActs['show-scene'] },
  'desk.agree': { proposal: 'p-1', did: { act: 'unblank' } },
  'desk.breakGlass': { proposal: 'p-1', did: { act: 'unblank' }, reason: 'somebody is hurt' },
  'desk.copy': { text: 'x' },
  'desk.withdraw': { id: 'e2b1f6a0-0000-4000-8000-000000000000' },
  'desk.enterLine': {
    ...{ text: 'x', event: 1, from: 'PP', to: 'CNCS', domain: 'security', severity: 'Minor', marking: 'np' },
    ...{ refs: ['inc-042'], corrects: null, as: { kind: 'line' } },
  },
  'desk.enterObservation': { form: 'observation', marking: 'np', values: { name: 'x', where: [2.3, 48.8] } },
  'desk.saveRoster': {
    ...{ name: 'salle', marking: 'np', after: 0 },
    content: { title: 'Tour', shifts: [] },
  },
  'desk.addDocument': {
    ...{ name: 'Plan', owner: 'CNCS', marking: 'np', file: 'plan.pdf', mediaType: 'application/pdf' },
    bytes: new Uint8Array(4),
  },
  'desk.printLog': fittingSheet,
  'desk.saveLog': fittingSheet,
  'desk.saveProduct': { product: 'environment.air', form: 'csv' },
  'desk.keepDraft': { draft: null },
  'reports.begin': {
    ...{ title: 'Point de situation', template: 'situation', language: 'fr', marking: null, domains: null },
    ...{ period: { from: 1, to: 2 }, replaces: null },
  },
  'reports.open': { key: reportKey },
  'reports.close': { key: reportKey },
  'reports.save': { key: reportKey, base: 3, draft: draftedOf() },
  'reports.refresh': { key: reportKey, base: 3, draft: draftedOf() },
  'reports.preview': { key: reportKey },
  'reports.approve': { key: reportKey, digest: 'a'.repeat(64) },
  'reports.release': {
    ...{ key: reportKey, digest: 'a'.repeat(64), secret: 'correct horse' },
    ...{ publish: true },
  },
  'reports.pages': { key: 'SYN-012-v1' },
  'reports.export': { key: 'SYN-012-v1', as: 'docx' },
  'reports.print': { key: 'SYN-012-v1' },
  'reports.discard': { key: reportKey },
  'desk.lookAt': { screen: 3 },
  'desk.trail': {
    ...{ words: [{ text: 'martin', kinds: [] }], screen: 3, from: 1, until: 2, before: 3, limit: 50 },
  },
  'desk.saveFormula': {
    name: 'zones',
    marking: 'np',
    title: 'Zones',
    content: { value: 'count(a.b, 1 h)' },
    after: 0,
  },
  'desk.share': { scene: 'log', marking: 'np' },
  'desk.saveStyle': { style: { product: 'environment.air', series: 'ozone' }, marking: 'np' },
  'desk.sharedHistory': { key: 'scene.cncs.log' },
  'desk.restore': { key: 'scene.cncs.log', revision: 3, after: 0 },
  'desk.erase': { key: 'formula.cncs.zones', after: 3 },
  'desk.settleSave': { id: 'e2b1f6a0-0000-4000-8000-000000000000', keep: 'ours' },
  'desk.unlock': { passphrase: 'correct horse' },
  'desk.enterPin': { pin: '123456', certificate: null },
  'window.problem': { message: 'x' },
  ...Object.fromEntries(
    Object.entries(fittingActs)
      .filter(([act]) => rowOf(act as ActId).roles.length > 0)
      .map(([act, input]) => [`act ${act}`, { act, ...input }]),
  ),
}
const huge = 'x'.repeat(1_000_000)

/** The same with each of its values replaced in turn, those in lists too. */
const spoiled = (input: Record<string, unknown>, value: unknown): Record<string, unknown>[] =>
  Object.entries(input).map(([key, was]) => ({ ...input, [key]: Array.isArray(was) ? [value] : value }))

describe('what a window may send', () => {
  it('is known here for every call that takes something', () => {
    const taking = calls.filter(({ input }) => !v.is(input, undefined))
    expect([...new Set(taking.map(({ call }) => call))].sort()).toEqual(Object.keys(fits).sort())
    for (const { call, input } of taking) expect(v.is(input, fits[call]), call).toBe(true)
  })

  it('is, where roles may ask different things, nothing for a role that is not named', () => {
    const act = rows.find(({ name }) => name === 'act')?.row
    if (act?.kind !== 'call') throw new Error('acts are a call')
    expect(Object.keys(act.narrower).sort()).toEqual([...pictureRoles].sort())
    for (const input of Object.values(fits)) expect(v.is(act.input, input)).toBe(false)
  })

  it('erases only what a desk lists, by its whole key', () => {
    const erase = calls.find(({ call }) => call === 'desk.erase')!.input
    const may = (key: string): boolean => v.safeParse(erase, { key, after: 3 }).success
    expect(['formula', 'scene', 'form', 'roster'].map((kind) => may(`${kind}.cncs.zones`))).toEqual(
      Array(4).fill(true),
    )
    for (const key of [
      'style.cncs.a',
      'report.cncs.a',
      'scene.cncs',
      'scene.cncs.>',
      'a scene.cncs.a',
      'formform.cncs.a',
    ])
      expect(may(key), key).toBe(false)
  })

  it('is never a string of a megabyte, wherever it stands', () => {
    for (const { call, input } of calls)
      for (const hostile of [huge, [huge], { [huge]: 1 }, ...spoiled(fits[call] ?? {}, huge)])
        expect(v.is(input, hostile), call).toBe(false)
  })

  it('is never a list without end', () => {
    const long = new Array<number>(1_000_000).fill(0)
    for (const { call, input } of calls)
      for (const hostile of [
        long,
        ...Object.keys(fits[call] ?? {}).map((key) => ({ ...fits[call], [key]: long })),
      ])
        expect(v.is(input, hostile), call).toBe(false)
  })

  it.each([[NaN], [Infinity], [-1], [1e300], [0.5]])(
    'is never the number %d where something is counted',
    (number) => {
      for (const { call, input } of calls)
        for (const hostile of spoiled(fits[call] ?? {}, number))
          expect(v.is(input, hostile), call).toBe(false)
    },
  )
})
