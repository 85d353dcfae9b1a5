/** A fingerprint as two people compare it by telephone: groups of four, in capitals. */
export const inGroups = (fingerprint: string): string[] => fingerprint.toUpperCase().match(/.{1,4}/g) ?? []
