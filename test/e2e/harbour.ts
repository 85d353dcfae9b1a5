/** A platform that Vigie has never heard of: a harbour at Marseille and its grid, five products, two domains. */
import type { Message } from '../../main/exercise/message.ts'
import type { Product } from '../../main/exercise/bus.ts'
import { startPlatform, type Platform } from '../platform/platform.ts'
import { message, product } from '../platform/product.ts'

const minute = 60_000

const products: readonly Product[] = [
  product('port.vessels', 'track', {
    title: { fr: 'Navires', en: 'Vessels' },
    freshness: 'PT10M',
    symbology: { vessel: 'boat', tug: 'service-boat' },
  }),
  product('port.incidents', 'feature', {
    title: { fr: 'Incidents du port', en: 'Harbour incidents' },
    freshness: 'P1D',
  }),
  product('port.water', 'metric', {
    title: { fr: 'Plan d’eau', en: 'Water' },
    freshness: 'PT10M',
    series: {
      level: { title: { fr: 'Niveau de la mer', en: 'Sea level' }, unit: 'm', precision: 2 },
      swell: {
        title: { fr: 'Houle, rade sud', en: 'Swell, south' },
        unit: 'm',
        precision: 1,
        threshold: { moderate: 1.5, severe: 2.5, above: true },
      },
      temperature: {
        title: { fr: 'Température de l’eau', en: 'Water temperature' },
        unit: 'Cel',
        precision: 1,
      },
      wind: {
        title: { fr: 'Vent moyen', en: 'Mean wind' },
        unit: '[kn_i]',
        precision: 0,
        threshold: { moderate: 34, severe: 48, above: true },
      },
    },
  }),
  product('energy.grid', 'metric', {
    title: { fr: 'Réseau électrique', en: 'Grid' },
    freshness: 'PT10M',
    series: {
      load: { title: { fr: 'Charge du réseau', en: 'Grid load' }, unit: 'MW', precision: 0 },
      frequency: { title: { fr: 'Fréquence', en: 'Frequency' }, unit: 'Hz', precision: 2 },
      reserve: {
        title: { fr: 'Réserve', en: 'Reserve' },
        unit: '%',
        precision: 0,
        threshold: { moderate: 8, severe: 4, above: false },
      },
    },
  }),
  product('energy.notes', 'note', { title: { fr: 'Cahier de quart', en: 'Shift notes' }, freshness: 'P1D' }),
]

const names = [
  ...['Girolata', 'Danielle Casanova', 'Monte d’Oro', 'Pascal Paoli', 'Kalliste', 'Piana', 'Mediterranée'],
  ...[
    'Le Frioul',
    'Provence 4',
    'Mistral 7',
    'Esterel',
    'Cap Canaille',
    'Sormiou',
    'Planier',
    'Riou',
    'Jarre',
  ],
  ...['Ville de Cassis', 'Estaque', 'Corbière', 'Endoume'],
]
const vessel = (index: number, now: number): Message => {
  const name = names[index % names.length] ?? `V-${index}`
  const lon = 5.2 + ((index * 37) % 100) / 520
  const lat = 43.21 + ((index * 53) % 100) / 770
  return message('port.vessels', 'track', index, {
    entity: `mmsi-${227000000 + index}`,
    time: now - (index % 5) * 10_000,
    body: {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: {
        name,
        category: index % 4 === 3 ? 'tug' : 'vessel',
        course: (index * 61) % 360,
        speed: 2 + (index % 7),
      },
    },
  })
}

const incident = (
  index: number,
  name: string,
  severity: 'Extreme' | 'Severe' | 'Moderate' | 'Minor',
  more: { [name: string]: unknown; at: [number, number]; opened: number },
): Message => {
  const { at, opened, ...properties } = more
  return message('port.incidents', 'feature', index, {
    entity: `POR-${String(index).padStart(3, '0')}`,
    body: {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: at },
      properties: { name, severity, status: 'open', opened: new Date(opened).toISOString(), ...properties },
    },
  })
}

const measured = (name: string, series: string, at: number, value: number, unit: string): Message =>
  message(name, 'metric', 0, {
    entity: series,
    id: `${name}-${series}-${at}`,
    time: at,
    body: { series, value, unit },
  })

export const shiftNote = (
  index: number,
  at: number,
  text: string,
  more: { [name: string]: unknown } = {},
): Message =>
  message('energy.notes', 'note', index, {
    entity: `q-${String(index).padStart(4, '0')}`,
    time: at,
    body: { text, category: 'log', ...more },
  })

/** The last hour, a point a minute. */
function past(now: number): Message[] {
  const waves = (at: number, period: number) => Math.sin((at / period) * Math.PI * 2)
  return Array.from({ length: 61 }, (_, at) => {
    const time = now - (60 - at) * minute
    return [
      measured('port.water', 'level', time, 0.42 + 0.16 * waves(at, 70) + 0.01 * waves(at, 3), 'm'),
      measured('port.water', 'swell', time, 1.1 + at * 0.013 + 0.09 * waves(at, 7), 'm'),
      measured('port.water', 'temperature', time, 14.2 + 0.2 * waves(at, 50), 'Cel'),
      measured('port.water', 'wind', time, 21 + at * 0.12 + 2 * waves(at, 9), '[kn_i]'),
      measured('energy.grid', 'load', time, 612 + at * 1.4 + 9 * waves(at, 11), 'MW'),
      measured('energy.grid', 'frequency', time, 50 + 0.02 * waves(at, 5), 'Hz'),
      measured('energy.grid', 'reserve', time, 17 - at * 0.06 + 0.4 * waves(at, 8), '%'),
    ]
  }).flat()
}

/** What of it there is at the start; `only` leaves the others for later. */
export async function startHarbour(
  only: readonly string[] = products.map(({ name }) => name),
): Promise<Platform> {
  const chosen = products.filter(({ name }) => only.includes(name))
  const platform = await startPlatform({ products: chosen })
  await tell(platform, only)
  return platform
}

/** A product that comes while the wall shows the others. */
export async function addToHarbour(platform: Platform, name: string): Promise<void> {
  await platform.addProducts(products.filter((each) => each.name === name))
  await tell(platform, [name])
}

async function tell(platform: Platform, only: readonly string[]): Promise<void> {
  const now = Date.now()
  const all: Message[] = [
    ...names.map((_, index) => vessel(index, now)),
    ...past(now),
    incident(12, 'Nappe d’hydrocarbures', 'Severe', {
      at: [5.3335, 43.338],
      opened: now - 34 * minute,
      place: 'Bassin Mirabeau',
      engaged: '2 vedettes, barrage',
    }),
    incident(13, 'Remorqueur en avarie', 'Moderate', {
      at: [5.285, 43.292],
      opened: now - 12 * minute,
      place: 'Passe sud',
      units: 1,
    }),
    incident(9, 'Conteneur à la dérive', 'Minor', {
      at: [5.238, 43.262],
      opened: now - 95 * minute,
      place: 'Large du Frioul',
    }),
    shiftNote(1, now - 118 * minute, 'Prise de quart, équipe C.'),
    shiftNote(2, now - 96 * minute, 'Ligne 63 kV Enco 2 consignée pour élagage jusqu’à midi.'),
    shiftNote(3, now - 71 * minute, 'Essai du groupe de secours du terminal : conforme.'),
    shiftNote(4, now - 52 * minute, 'Vent en hausse : tournée de surveillance des lignes côtières avancée.', {
      severity: 'Minor',
    }),
    shiftNote(5, now - 33 * minute, 'Le port demande l’alimentation du barrage flottant, bassin Mirabeau.', {
      severity: 'Moderate',
      refs: ['POR-012'],
    }),
    shiftNote(6, now - 21 * minute, 'Poste Mirabeau : départ 14 mis sous tension pour le barrage.', {
      refs: ['POR-012'],
    }),
    shiftNote(7, now - 6 * minute, 'Charge au-dessus de la prévision de 3 % ; réserve suffisante.'),
  ]
  await platform.publish(all.filter((each) => only.includes(each.product)))
}
