import { SaxesParser } from 'saxes';
import { ImportFailure } from '../import-failure.js';

/** What is done with the elements of a part. Names come without prefix; workbooks of all writers have the same ones. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const local = (name: string) => name.slice(name.indexOf(':') + 1);

/** Reads a part piece by piece; after each piece the caller may take what has gathered. No entity is expanded but the five of XML. */
export async function* xmlPieces(part: string, pieces: AsyncIterable<Buffer>, handler: XmlHandler): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  const decoder = new TextDecoder();
  parser.on('error', (error) => {
    throw new ImportFailure(`The part "${part.slice(0, 60)}" of the workbook is broken: ${error.message.slice(0, 120)}.`);
  });
  const { open, close, text } = handler;
  if (open) parser.on('opentag', (tag) => open(local(tag.name), tag.attributes as Record<string, string>));
  if (close) parser.on('closetag', (tag) => close(local(tag.name)));
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  for await (const piece of pieces) {
    parser.write(decoder.decode(piece, { stream: true }));
    yield;
  }
  parser.write(decoder.decode());
  parser.close();
  yield;
}

export async function readXml(part: string, pieces: AsyncIterable<Buffer>, handler: XmlHandler): Promise<void> {
  const steps = xmlPieces(part, pieces, handler);
  while (!(await steps.next()).done);
}
