/**
 * How people write the units that UCUM spells for machines (https://ucum.org). What is not here shows as it came;
 * an annotation such as `{beds}` is a word for machines and shows as nothing.
 */
const written = new Map([
  ['1', ''],
  ['Cel', '°C'],
  ['m3/s', 'm³/s'],
  ['m3', 'm³'],
  ['m2', 'm²'],
  ['/m2', '/m²'],
  ['ug/m3', 'µg/m³'],
  ['km/h', 'km/h'],
  ['m/s', 'm/s'],
  ['deg', '°'],
  ['[kn_i]', 'kn'],
  ['[ft_i]', 'ft'],
  ['hPa', 'hPa'],
])

export const unitInWords = (unit: string): string =>
  written.get(unit) ?? unit.replaceAll(/\{[^}]*\}/g, '').replace(/^\/$/, '')
