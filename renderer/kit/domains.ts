/** The order in which a staff reads its domains; others follow by name. */
const readingOrder = ['command', 'security', 'transport', 'health', 'logistics', 'environment']

const placeOf = (domain: string): number => {
  const place = readingOrder.indexOf(domain)
  return place < 0 ? readingOrder.length : place
}

export const byReadingOrder = (a: string, b: string): number => placeOf(a) - placeOf(b) || a.localeCompare(b)
