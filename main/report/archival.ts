/**
 * What Typst leaves to be said so that one file is archival and accessible at once: it writes PDF/A-3a, and PDF/UA-1 asks
 * for its own identifier beside it (ISO 14289-1, 5), for the title to be shown (7.1), and for the order in which
 * annotations are walked (7.18.3).
 */
import { PDF, PdfBool, PdfDict, PdfName, PdfStream, PdfString } from '@libpdf/core'

const identifier = '<pdfuaid:part>1</pdfuaid:part>'
const namespace = ' xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"'
/** PDF/A knows no such property, and is told (ISO 19005-3, 6.6.2.3). */
const extension = `<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of PDF/UA to which the document conforms</pdfaProperty:description><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li>`

const replaced = (text: string, at: string, by: string): string => {
  if (!text.includes(at)) throw new Error(`its metadata has no ${at}`)
  return text.replace(at, () => by)
}

/** @throws where it is not as Typst writes it */
export async function finish(bytes: Uint8Array, language: string): Promise<Buffer> {
  const pdf = await PDF.load(bytes)
  const { registry } = pdf.context
  const resolve = registry.resolve.bind(registry)
  const catalog = pdf.getCatalog()

  const metadata = catalog.get('Metadata', resolve)
  if (!(metadata instanceof PdfStream)) throw new Error('it has no metadata')
  let xmp = Buffer.from(metadata.getDecodedData()).toString('utf8')
  xmp = replaced(xmp, ' xmlns:pdfaid=', `${namespace} xmlns:pdfaid=`)
  xmp = replaced(xmp, '<pdfaid:part>3</pdfaid:part>', `${identifier}<pdfaid:part>3</pdfaid:part>`)
  xmp = replaced(xmp, '<pdfaExtension:schemas><rdf:Bag>', `<pdfaExtension:schemas><rdf:Bag>${extension}`)
  catalog.set(
    'Metadata',
    registry.register(
      PdfStream.fromDict(
        {
          Type: PdfName.of('Metadata'),
          Subtype: PdfName.of('XML'),
        },
        new Uint8Array(Buffer.from(xmp)),
      ),
    ),
  )

  const preferences = catalog.get('ViewerPreferences', resolve)
  const shown = preferences instanceof PdfDict ? preferences : new PdfDict()
  shown.set('DisplayDocTitle', PdfBool.of(true))
  catalog.set('ViewerPreferences', shown)
  if (!catalog.has('Lang')) catalog.set('Lang', PdfString.fromString(language))
  for (const page of pdf.getPages()) if (page.dict.has('Annots')) page.dict.set('Tabs', PdfName.of('S'))
  return Buffer.from(await pdf.save())
}
