/** Incident and decision numbers of a later cycle: `INC-042` becomes `INC-047`. */
export const renumbered = (
  text: string,
  step: { incidents: number; decisions: number },
  cycle: number,
): string =>
  cycle === 0
    ? text
    : text.replace(
        /\b(INC|inc|DÉC|dec)-(\d{3})\b/g,
        (_, kind: string, number: string) =>
          `${kind}-${String(Number(number) + cycle * (/inc/i.test(kind) ? step.incidents : step.decisions)).padStart(3, '0')}`,
      )
