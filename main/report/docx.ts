/**
 * A synthesis for a word processor: the same words in the same order as on paper, as headings, tables and texts that can be
 * worked on, its marking and page on each page. It is a working copy and says so: only the PDF is signed.
 */
import {
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
  type IRunOptions,
} from 'docx'
import type { Synthesis } from '../../preload/contract/report.ts'
import { fail, ok, type Result } from '../../preload/contract/result.ts'
import type { SignedBy } from './block.ts'
import { paperOf } from './paper.ts'
import { groundOf } from './paper-map.ts'
import { pictureOf } from './picture.ts'
import { wordInks, type Shape } from './shapes.ts'
import { reportWords } from './words.ts'

type Paper = ReturnType<typeof paperOf>

/** Twentieths of a point, of so many millimetres. */
const twips = (millimetres: number): number => Math.round((millimetres * 1440) / 25.4)
/** What is between the margins, mm. */
const across = 174
const half = (points: number): number => Math.round(points * 2)
/** On every machine, or one just as wide is. */
const font = 'Arial'
const grey = '46515B'
const rule = { style: BorderStyle.SINGLE, size: 4, color: 'C5CDD3' }
const none = { style: BorderStyle.NONE, size: 0, color: 'auto' }

/** A shape for each severity that every font has. */
const signs: Readonly<Record<Shape, string>> = { extreme: '▲', severe: '◆', moderate: '○', minor: '•' }
const isShape = (of: string): of is Shape => Object.hasOwn(signs, of)

const run = (text: string, more: IRunOptions = {}): TextRun => new TextRun({ text, ...more })
const small = { size: half(7.5), color: grey } as const
const severity = (shape: string, word: string): TextRun[] =>
  isShape(shape)
    ? [run(`${signs[shape]} ${word}`, { color: wordInks[shape].slice(1), bold: shape !== 'minor' })]
    : [run(word)]
const cited = (refs: readonly { text: string }[]): TextRun[] =>
  refs.length === 0
    ? []
    : [run(`\u00a0${refs.map(({ text }) => text).join(', ')}`, { superScript: true, color: grey })]

const paragraph = (
  children: TextRun[],
  more: { after?: number; alignment?: 'right' | 'center' } = {},
): Paragraph =>
  new Paragraph({
    children,
    spacing: { after: more.after ?? 40 },
    ...(more.alignment === undefined ? {} : { alignment: more.alignment }),
  })
const heading = (text: string, note = ''): Paragraph =>
  new Paragraph({
    heading: HeadingLevel.HEADING_2,
    keepNext: true,
    children: [run(text), ...(note === '' ? [] : [run(`  ${note}`, { ...small, bold: false })])],
  })

type Cell = string | TextRun[]

/** @param widths in mm @param ends which of the columns end alike, as numbers do */
function table(
  widths: readonly number[],
  heads: readonly string[],
  rows: readonly Cell[][],
  ends: number[] = [],
): Table {
  const cell = (of: Cell, at: number): TableCell =>
    new TableCell({
      width: { size: twips(widths[at] ?? 10), type: WidthType.DXA },
      borders: { top: none, left: none, right: none, bottom: rule },
      margins: { top: 30, bottom: 30, left: 40, right: 60 },
      children: [
        paragraph(typeof of === 'string' ? [run(of, { size: half(8.4) })] : of, {
          after: 0,
          ...(ends.includes(at) ? { alignment: 'right' } : {}),
        }),
      ],
    })
  return new Table({
    layout: TableLayoutType.FIXED,
    width: { size: twips(widths.reduce((a, b) => a + b, 0)), type: WidthType.DXA },
    columnWidths: widths.map(twips),
    borders: {
      ...{ top: none, bottom: none, left: none, right: none },
      insideHorizontal: none,
      insideVertical: none,
    },
    rows: [
      // said again on each page that it goes on
      ...(heads.length === 0
        ? []
        : [
            new TableRow({
              tableHeader: true,
              cantSplit: true,
              children: heads.map((each, at) => cell([run(each, { ...small, bold: true })], at)),
            }),
          ]),
      ...rows.map((row) => new TableRow({ cantSplit: true, children: row.map(cell) })),
    ],
  })
}

/** Three things across the page, as in the frame of the paper. */
const frame = (left: TextRun[], middle: string, right: TextRun[]): Table =>
  new Table({
    layout: TableLayoutType.FIXED,
    width: { size: twips(across), type: WidthType.DXA },
    columnWidths: [44, 86, 44].map(twips),
    borders: {
      ...{ top: none, bottom: none, left: none, right: none },
      insideHorizontal: none,
      insideVertical: none,
    },
    rows: [
      new TableRow({
        children: [
          new TableCell({
            children: [paragraph(left, { after: 0 })],
            width: { size: twips(44), type: WidthType.DXA },
          }),
          new TableCell({
            width: { size: twips(86), type: WidthType.DXA },
            borders: Object.fromEntries(
              ['top', 'bottom', 'left', 'right'].map((side) => [
                side,
                { style: BorderStyle.SINGLE, size: 9, color: '1F3F8F' },
              ]),
            ),
            margins: { top: 40, bottom: 40 },
            children: [
              paragraph(
                [run(middle, { bold: true, color: '1F3F8F', size: half(10.5), characterSpacing: 26 })],
                {
                  after: 0,
                  alignment: 'center',
                },
              ),
            ],
          }),
          new TableCell({
            width: { size: twips(44), type: WidthType.DXA },
            children: [paragraph(right, { after: 0, alignment: 'right' })],
          }),
        ],
      }),
    ],
  })

const statement = (one: { mark: string; text: string; refs: { text: string }[] }): TextRun[] => [
  run(`${one.mark} `, { color: grey, size: half(8) }),
  run(one.text),
  ...cited(one.refs),
]

const thisPage: IRunOptions = { children: [PageNumber.CURRENT], bold: true }

function pages(d: Paper): { header: Header; footer: Footer } {
  const plate =
    d.exercise === ''
      ? []
      : [
          run(` ${d.exercise} `, {
            bold: true,
            shading: { type: ShadingType.CLEAR, fill: 'F4D95C', color: 'auto' },
          }),
        ]
  // where the page and how many there are stand in the words of the language
  const counted = d.foot.page
    .split(/([\u0001\u0002])/)
    .map((part) =>
      part === '\u0001'
        ? new TextRun(thisPage)
        : part === '\u0002'
          ? new TextRun({ children: [PageNumber.TOTAL_PAGES] })
          : run(part),
    )
  return {
    header: new Header({
      children: [
        frame(plate, d.banner, [run(d.id, { bold: true }), run(` · ${d.version}`, { color: grey })]),
      ],
    }),
    footer: new Footer({
      children: [
        paragraph([run(d.foot.left, small), run(`  ${d.foot.right}`, small)], { after: 60 }),
        frame(plate, d.banner, counted),
      ],
    }),
  }
}

interface Picture {
  svg: string
  png: Uint8Array
}

function content(d: Paper, picture: Picture | null, copy: string): (Paragraph | Table)[] {
  const or = (rows: readonly unknown[], nothing: string, found: () => Table): Paragraph | Table =>
    rows.length === 0 ? paragraph([run(nothing, { color: grey })]) : found()
  return [
    paragraph([run(d.organisation, { bold: true, size: half(10) }), run(`  ${d.node}`, { color: grey })], {
      after: 0,
    }),
    paragraph([run(`${d.made} · ${d.group}`, { color: grey })], { after: 160 }),
    new Paragraph({ heading: HeadingLevel.TITLE, children: [run(d.title)] }),
    paragraph([run(copy, small)]),
    table(
      [44, 130],
      [],
      d.meta.map(({ label, lines }) => [[run(label, small)], lines.join(' · ')]),
    ),
    heading(d.brief.title),
    ...d.brief.rows.map((one) =>
      paragraph([...severity(one.shape, one.word), run(' '), ...statement(one)], { after: 60 }),
    ),
    ...(d.strip.length === 0
      ? []
      : [
          paragraph([]),
          table(
            [60, 57, 57],
            [],
            d.strip.map((one) => [
              [run(one.title, { bold: true })],
              severity(one.shape, one.word),
              one.before,
            ]),
          ),
        ]),
    ...(d.map === null || picture === null
      ? []
      : [
          heading(d.map.title),
          new Paragraph({
            keepNext: true,
            children: [
              new ImageRun({
                type: 'svg',
                data: Buffer.from(picture.svg),
                fallback: { type: 'png', data: Buffer.from(picture.png) },
                // points of the paper as the pixels of a screen
                transformation: { width: (d.map.width * 96) / 72, height: (d.map.height * 96) / 72 },
                altText: { name: d.map.title, title: d.map.title, description: d.map.alt },
              }),
            ],
          }),
          paragraph([
            ...d.map.legend.flatMap(({ shape, word }) => [...severity(shape, word), run('   ')]),
            ...(d.map.zone === '' ? [] : [run(`- - ${d.map.zone}   `, small)]),
            run(d.map.at, small),
          ]),
        ]),
    heading(d.events.title, d.events.of),
    or(d.events.rows, d.events.none, () =>
      table(
        [16, 24, 104, 30],
        [],
        d.events.rows.map((one) => [
          [run(one.time, { bold: true })],
          severity(one.shape, one.word),
          statement({ ...one, mark: `(${one.mark})` }),
          one.about,
        ]),
      ),
    ),
    heading(d.decisions.title, d.decisions.of),
    or(d.decisions.rows, d.decisions.none, () =>
      table(
        [24, 88, 16, 18, 28],
        d.decisions.heads,
        d.decisions.rows.map((one) => [
          one.number,
          statement(one),
          one.taken,
          one.due,
          one.late ? severity('severe', one.state) : one.state,
        ]),
        [2, 3],
      ),
    ),
    heading(d.domains.title),
    ...d.domains.rows.flatMap((each): (Paragraph | Table)[] => [
      new Paragraph({
        heading: HeadingLevel.HEADING_3,
        keepNext: true,
        children: [run(`${each.title}  `), ...severity(each.shape, each.word)],
      }),
      table(
        [16, 120, 8, 30],
        [],
        each.statements.map((one) => [
          `${one.number} ${one.change}`.trim(),
          statement(one),
          [run(one.reliability, { bold: true })],
          [run(d.confidences[one.confidence - 1] ?? '', small)],
        ]),
      ),
    ]),
    heading(d.figures.title, d.figures.how),
    or(d.figures.rows, d.figures.none, () =>
      table(
        [30, 58, 22, 24, 20, 20],
        d.figures.heads,
        d.figures.rows.map((one) => [
          [run(one.domain, { color: grey })],
          one.title,
          one.before,
          one.shape === 'minor' ? [run(one.now, { bold: true })] : severity(one.shape, one.now),
          one.change,
          one.bound,
        ]),
        [2, 3, 4, 5],
      ),
    ),
    heading(d.resources.title, d.resources.how),
    or(d.resources.rows, d.resources.none, () =>
      table(
        [110, 32, 32],
        d.resources.heads,
        d.resources.rows.map((one) => [
          [
            run(one.title),
            ...(one.late === '' ? [] : [run(' '), ...severity('moderate', one.late)]),
            ...cited(one.refs),
          ],
          one.now,
          one.change,
        ]),
        [1, 2],
      ),
    ),
    heading(d.engaged.title),
    ...(d.engaged.rows.length === 0 ? [paragraph([run(d.engaged.none, { color: grey })])] : []),
    ...d.engaged.rows.map((one) =>
      paragraph([...severity(one.shape, one.word), run(' '), ...statement(one)]),
    ),
    heading(d.outlook.title),
    or(d.outlook.rows, d.outlook.none, () =>
      table(
        [24, 150],
        [],
        d.outlook.rows.map((one) => [[run(one.time, { bold: true })], statement(one)]),
      ),
    ),
    ...(d.gone.rows.length === 0
      ? []
      : [heading(d.gone.title), ...d.gone.rows.map((one) => paragraph(statement({ ...one, refs: [] })))]),
    heading(d.limits.title, d.limits.how),
    ...(d.limits.rows.length === 0 ? [paragraph([run(d.limits.none, { color: grey })])] : []),
    ...d.limits.rows.map((one) => paragraph(severity(one.shape, one.text))),
    heading(d.sources.title, `${d.sources.rows.length}`),
    table(
      [10, 14, 18, 44, 38, 18, 14, 18],
      d.sources.heads,
      d.sources.rows.map((one) => [
        ...[
          String(one.number),
          one.statement,
          one.time,
          one.title,
          one.product,
          one.sequence,
          one.reliability,
        ],
        one.state,
      ]),
      [5],
    ),
    heading(d.reliability.title),
    paragraph([run(d.reliability.rows.map(([letter, word]) => `${letter} ${word}`).join(' ; '), small)]),
    heading(d.differs.title),
    paragraph([run(d.differs.rows.map(([count, word]) => `${count} ${word}`).join(', '), small)]),
    paragraph([run(d.differs.marked, small)]),
    heading(d.signature.title),
    table(
      [40, 134],
      [],
      [
        ...d.signature.facts.map(([name, said]): Cell[] => [[run(name, { color: grey })], said]),
        [[run(d.signature.digestWord, { color: grey })], [run(d.signature.digest.join(' '), { bold: true })]],
      ],
    ),
  ]
}

/**
 * @param folder `report` of the resources
 * @param signed who signed the PDF, as far as it is; null: it is a draft, or nobody says
 * @returns `report.unset` where it can't be written
 */
export async function docxOf(
  it: Synthesis,
  folder: string,
  signed: SignedBy | null = null,
): Promise<Result<Buffer>> {
  try {
    const d = paperOf(it, signed, it.map === undefined ? null : await groundOf(it.map, folder))
    const picture =
      d.map === null
        ? null
        : { svg: d.map.svg, png: await pictureOf(d.map.svg, Math.round(d.map.width * 4), folder) }
    const language = it.language === 'fr' ? 'fr-FR' : 'en-GB'
    const { header, footer } = pages(d)
    const headingRun = { font, color: '14191E', bold: true }
    const document = new Document({
      title: `${d.id} – ${d.title}`,
      ...{ creator: d.organisation, lastModifiedBy: d.node, description: d.banner, keywords: d.banner },
      styles: {
        default: {
          document: { run: { font, size: half(9), language: { value: language }, color: '14191E' } },
          title: { run: { ...headingRun, size: half(22) }, paragraph: { spacing: { after: 120 } } },
          heading2: {
            run: { ...headingRun, size: half(11.5) },
            paragraph: {
              spacing: { before: 260, after: 80 },
              border: { bottom: { ...rule, size: 8, color: '14191E' } },
            },
          },
          heading3: {
            run: { ...headingRun, size: half(9.5) },
            paragraph: { spacing: { before: 140, after: 40 } },
          },
        },
      },
      sections: [
        {
          properties: {
            page: {
              size: { width: twips(210), height: twips(297) },
              margin: {
                ...{ top: twips(24), bottom: twips(26), left: twips(18), right: twips(18) },
                ...{ header: twips(8.5), footer: twips(8) },
              },
            },
          },
          headers: { default: header },
          footers: { default: footer },
          children: content(d, picture, reportWords(it.language, it.timeZone).say('report.docx.copy')),
        },
      ],
    })
    return ok(await Packer.toBuffer(document))
  } catch (error) {
    return fail('report.unset', error instanceof Error ? error.message : String(error))
  }
}
