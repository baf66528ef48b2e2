import { ImportFailure } from '../import-failure.js';

const block = 4 * 1024 * 1024;
/** Bytes of text that a workbook may share between its cells: they are all kept while it is read. */
const mostBytes = 192 * 1024 * 1024;

/** The texts that cells refer to by number, packed: a million of them take their bytes and eight more each. */
export class SharedTexts {
  private readonly blocks: Buffer[] = [];
  private used = block;
  private places = new Uint32Array(2048);
  private count = 0;

  add(text: string): void {
    const length = Buffer.byteLength(text);
    if (this.used + length > block) this.grow(length);
    const last = this.blocks.at(-1) as Buffer;
    last.write(text, this.used);
    if (this.count * 2 >= this.places.length) {
      const wider = new Uint32Array(this.places.length * 2);
      wider.set(this.places);
      this.places = wider;
    }
    this.places[this.count * 2] = (this.blocks.length - 1) * block + this.used;
    this.places[this.count * 2 + 1] = length;
    this.used += length;
    this.count += 1;
  }

  /** Undefined when there is no such text. */
  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.count)) return undefined;
    const [start, length] = [this.places[index * 2] as number, this.places[index * 2 + 1] as number];
    const at = start % block;
    return (this.blocks[Math.floor(start / block)] as Buffer).toString('utf8', at, at + length);
  }

  private grow(length: number): void {
    if (length > block) throw new ImportFailure('A text of the workbook is longer than a cell may be.');
    if ((this.blocks.length + 1) * block > mostBytes)
      throw new ImportFailure(`The workbook holds more than ${mostBytes / 1024 / 1024} MiB of text. Save the sheet as "CSV UTF-8" and send that.`);
    this.blocks.push(Buffer.allocUnsafe(block));
    this.used = 0;
  }
}
