/** A draft as it is drafted from streams, of the story that the looks tell. */
import { defaultScheme } from '../../preload/contract/marking.ts'
import {
  marked,
  type ReportFigure,
  type ReportSource,
  type Statement,
} from '../../preload/contract/report.ts'
import type { Drafted, ListedReport, Reports, SavedReport } from '../../preload/contract/reports.ts'

export const reportKey = 'report.cncs.situation-1945'
const minute = 60_000
export const periodEnd = Date.UTC(2026, 6, 26, 17, 45)
const ago = (minutes: number): number => periodEnd - minutes * minute
const np = { level: 'np', caveats: [] }
const dr = { level: 'dr', caveats: [] }

const source = (
  product: string,
  entity: string,
  sequence: number,
  title: string,
  minutes: number,
  marking = np,
): ReportSource => ({
  ...{ product, entity, sequence, title, at: ago(minutes), marking },
  ...{ reliability: 'B', feed: 'fresh' },
})
export const statement = (key: string, text: string, changes: Partial<Statement> = {}): Statement => ({
  ...{
    key,
    text,
    severity: 'Minor',
    marking: np,
    sources: [1],
    reliability: 'A',
    confidence: 3,
    change: 'new',
  },
  ...changes,
})
const figure = (
  key: string,
  domain: string,
  title: string,
  [before, now]: [number, number],
  changes: Partial<ReportFigure> = {},
): ReportFigure => ({
  ...{ key, domain, title, unit: '1', precision: 0, before, now, at: ago(1), threshold: null },
  ...{ severity: 'Minor', feed: 'fresh', marking: np, sources: [3] },
  points: Array.from({ length: 60 }, (_, at): [number, number] => [
    ago(105 - at * 1.75),
    before + (now - before) * Math.max(0, (at - 20) / 39) + Math.sin(at) * Math.abs(now - before) * 0.05,
  ]),
  ...changes,
})

export const draftedOf = (changes: Partial<Drafted> = {}): Drafted => ({
  format: 'vigie.draft.1',
  ongoing: false,
  synthesis: marked({
    ...{ format: 'vigie.synthesis.1', number: null, version: 1, released: null, template: 'situation' },
    ...{ language: 'fr', timeZone: 'Europe/Paris', organisation: 'CNCS', node: 'poste-02', exercise: true },
    title: 'Point de situation',
    period: { from: ago(105), to: periodEnd },
    moment: periodEnd,
    scheme: defaultScheme,
    brief: [
      statement(
        'incident security.incidents INC-042',
        'Un colis suspect, passerelle Senghor, domine la situation : périmètre de 200 m tenu, défilé maintenu à 6 km/h.',
        { severity: 'Extreme', marking: dr, sources: [1, 2], reliability: 'B' },
      ),
      statement(
        'figure health.load samu',
        'Zone 12 sous tension : activité du SAMU à 118 % (+16), seuil 110.',
        {
          severity: 'Severe',
          sources: [3],
          confidence: 2,
        },
      ),
      statement('incident transport.incidents INC-039', 'Ligne 2 interrompue, reprise vers 20:00.', {
        severity: 'Moderate',
        sources: [4],
      }),
    ],
    domains: [
      {
        ...{ domain: 'security', title: 'Sécurité', severity: 'Extreme', before: 'Minor', feed: 'fresh' },
        unchanged: false,
        statements: [
          statement(
            'incident security.incidents INC-042',
            'Colis suspect confirmé à 19:38 passerelle Senghor, sur le parcours du défilé (INC-042) ; démineurs sur place, robot au contact depuis 19:44.',
            { severity: 'Extreme', marking: dr, sources: [1, 2] },
          ),
          statement(
            'zone security.zones INC-042',
            'Périmètre de 200 m tenu par trois unités ; quais évacués rive gauche, environ 900 personnes, sans blessé.',
            { severity: 'Extreme', marking: dr, sources: [1, 2], reliability: 'B' },
          ),
          statement('figure security.load open', 'Interventions ouvertes : 36 (+9), seuil 60.', {
            sources: [3],
            change: 'changed',
          }),
        ],
      },
      {
        ...{ domain: 'health', title: 'Santé', severity: 'Severe', before: 'Minor', feed: 'fresh' },
        unchanged: false,
        statements: [
          statement(
            'figure health.load samu',
            'Activité du SAMU à 118 % (+16), au-dessus du seuil de 110 ; 214 lits d’urgence libres (−22).',
            { severity: 'Severe', sources: [3], reliability: 'C', confidence: 2, change: 'changed' },
          ),
        ],
      },
      {
        ...{ domain: 'logistics', title: 'Logistique', severity: 'Minor', before: 'Minor', feed: 'late' },
        unchanged: true,
        statements: [
          statement('domain logistics', 'Sans changement, d’après ce qui était reçu à 19:41.', {
            change: 'same',
          }),
        ],
      },
    ],
    events: {
      shown: [
        {
          ...{
            key: 'event transport.incidents 12',
            at: ago(29),
            text: 'Ligne 2 interrompue, Jaurès – Stalingrad.',
          },
          ...{ severity: 'Moderate', about: 'INC-039', marking: np, sources: [4] },
        },
        {
          ...{
            key: 'event security.incidents 77',
            at: ago(7),
            text: 'Colis suspect confirmé, déminage demandé.',
          },
          ...{ severity: 'Extreme', about: 'INC-042', marking: dr, sources: [1] },
        },
      ],
      of: 31,
    },
    figures: [
      figure('figure security.load open', 'security', 'Interventions ouvertes', [27, 36]),
      figure('figure health.load samu', 'health', 'SAMU, activité', [102, 118], {
        ...{ unit: '%', threshold: 110, severity: 'Severe' },
      }),
      figure('figure logistics.meals served', 'logistics', 'Repas livrés', [36_100, 38_200], {
        feed: 'late',
      }),
    ],
    resources: [
      {
        ...{ key: 'units security.units', domain: 'security', title: 'Unités', before: 128, now: 113 },
        ...{ feed: 'fresh', marking: np, sources: [2] },
      },
    ],
    engaged: [statement('engaged INC-042', 'INC-042 : 3 unités', { sources: [2] })],
    decisions: [
      {
        ...{
          key: 'decision ops.log D8',
          number: 'DÉC-008',
          text: 'Défilé maintenu à 6 km/h.',
          taken: ago(4),
        },
        ...{ due: periodEnd + 10 * minute, state: 'open', marking: dr, sources: [2] },
      },
    ],
    outlook: [
      {
        at: periodEnd + 15 * minute,
        ...statement('outlook transport 2', 'Reprise de la ligne 2 annoncée.', { sources: [4] }),
      },
    ],
    feeds: [
      {
        ...{
          product: 'logistics.meals',
          title: 'Logistique, repas',
          state: 'late',
          newest: ago(4),
          missed: 0,
        },
        marking: np,
      },
    ],
    ...{ hidden: 1, leftOut: 0 },
    sources: [
      source('security.incidents', 'INC-042', 6238, 'Main courante 0192, corrige 0189', 1, dr),
      source('security.units', 'pol-0017', 9_118_204, 'pol-0017, pol-0042, dem-0001', 2),
      source('health.load', 'samu', 412, 'SAMU, activité', 1),
      source('transport.incidents', 'INC-039', 96, 'Ligne 2 interrompue', 29),
    ],
  }),
  previous: {
    ...{ number: 11, version: 1, released: ago(98), digest: 'a'.repeat(64), replaces: false },
  },
  recipients: ['Cabinet du ministre', 'Préfecture de police'],
  sections: {
    brief: { state: 'written', by: { person: 'C. Delmas', node: 'poste-02' }, at: ago(2) },
    'domain.security': { state: 'reviewed', by: { person: 'C. Delmas', node: 'poste-02' }, at: ago(1) },
    'domain.health': { state: 'written', by: { person: 'K. Benali', node: 'poste-04' }, at: ago(1) },
  },
  frozen: [],
  struck: [],
  comments: [
    {
      ...{ id: 'c-1', section: 'domain.security', statement: 'zone security.zones INC-042' },
      ...{
        by: { person: 'H. Lefèvre', node: 'poste-04' },
        at: ago(1),
        text: 'Préciser qui tient la rive droite.',
      },
      resolved: null,
    },
  ],
  ...changes,
})

export const savedOf = (draft = draftedOf(), changes: Partial<SavedReport> = {}): SavedReport => ({
  ...{ revision: 1, draft, merged: [], conflicts: [], waits: false },
  ...changes,
})
export const listedOf = (changes: Partial<ListedReport> = {}): ListedReport => ({
  ...{ key: reportKey, state: 'draft', number: null, version: 1, title: 'Point de situation' },
  ...{ template: 'situation', period: { from: ago(105), to: periodEnd }, marking: dr },
  ...{ by: { person: 'C. Delmas', node: 'poste-02' }, at: ago(1), waits: false, others: [], problem: null },
  ...changes,
})
export const reportsOf = (changes: Partial<Reports> = {}): Reports => ({
  mayNot: null,
  signs: {
    ...{
      by: 'passphrase',
      subject: 'CN=DELMAS Claire 1204417, OU=CNCS',
      issuer: 'Vigie, autorité d’exercice',
    },
    until: periodEnd + 149 * 86_400_000,
  },
  ...{ fourEyes: false, stamped: true, mayExport: true, mayPrint: true },
  reports: [
    listedOf({ others: [{ person: 'K. Benali', node: 'poste-04' }] }),
    listedOf({
      ...{ key: 'SYN-011-v1', state: 'released', number: 11, period: { from: ago(225), to: ago(105) } },
      at: ago(98),
    }),
  ],
  ...changes,
})
