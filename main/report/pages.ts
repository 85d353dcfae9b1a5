/**
 * Typst draws all pages into one picture, each below the other. A window shows them one by one, so each becomes a picture
 * of its own, with the letters that it uses and no others.
 */
const whole = /^<svg class="typst-doc" viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>/
const symbol = /^ {8}<symbol id="([^"]+)"[\s\S]*?^ {8}<\/symbol>\n/gm

/** @throws where it is not as Typst draws it */
export function pagesIn(svg: string, count: number): string[] {
  const size = whole.exec(svg)
  const from = svg.indexOf('<defs id="glyph">')
  const to = svg.indexOf('</defs>', from)
  if (size === null || from < 0 || to < 0) throw new Error('its pages are drawn otherwise')
  const [head = '', wide = '', all = ''] = size
  const high = Number(all) / count
  const symbols = [...svg.slice(from, to).matchAll(symbol)]
  const others = svg.slice(to + '</defs>'.length, svg.lastIndexOf('</svg>'))
  // what is drawn directly in the picture: a ground and what stands on it, for each page
  const drawn = svg
    .slice(head.length, from)
    .split(/^(?= {4}<path class="typst-shape" fill="#ffffff"[^>]*\/>$\n {4}<g)/m)
    .filter((each) => each.trim() !== '')
  if (drawn.length !== count) throw new Error(`it has ${count} pages and ${drawn.length} are drawn`)
  return drawn.map((page, at) => {
    // its ground is at the top of the whole, and what stands on it where its page begins
    const [ground = '', ...rest] = page.split(/(?<=\/>\n)(?= {4}<g)/)
    const used = symbols.filter(([, id = '']) => page.includes(`"#${id}"`) || others.includes(`"#${id}"`))
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${wide} ${high}" width="${wide}pt" height="${high}pt">`,
      ground,
      `<g transform="translate(0 ${-at * high})">\n${rest.join('')}</g>`,
      `<defs>${used.map(([text]) => text).join('')}</defs>${others}</svg>`,
    ].join('\n')
  })
}
