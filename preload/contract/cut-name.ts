/** One that is cut ends in what tells it from others that begin so (FNV-1a, 32 bit). @param most characters, more than nine */
export function cutName(whole: string, most: number): string {
  if (whole.length <= most) return whole
  let hash = 0x811c9dc5
  for (let i = 0; i < whole.length; i++) hash = Math.imul(hash ^ whole.charCodeAt(i), 0x01000193)
  return `${whole.slice(0, most - 9)}-${(hash >>> 0).toString(16).padStart(8, '0')}`
}
