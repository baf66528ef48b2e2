/** A problem that the reader can solve: shown as its sentence alone, without a stack. */
export class Trouble extends Error {
  /** @param {string} sentence @param {number} [exitCode] */
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** The starter was asked to stop (Ctrl-C) while it was busy. */
export class Stopped extends Error {}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}
