/** Pages that were set already, as a page that is printed: each an SVG of A4, as wide as its sheet. */
export const printedPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"

const entities: { readonly [sign: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** @param pages SVG of our own making. As pictures: nothing in one reaches the sheet around it */
export function printedPages(title: string, pages: readonly string[]): string {
  const sheets = pages
    .map((svg) => `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`)
    .join('\n')
  return `<!doctype html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${printedPolicy}">
<title>${title.replace(/[&<>]/g, (sign) => entities[sign] ?? '')}</title>
<style>
@page { size: A4; margin: 0; }
body { margin: 0; }
img { display: block; width: 210mm; height: 297mm; break-after: page; }
img:last-child { break-after: auto; }
</style></head><body>
${sheets}
</body></html>`
}
