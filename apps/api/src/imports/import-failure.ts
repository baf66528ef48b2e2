/** The whole file is refused, with a sentence for the person who sent it. Nothing of it has been written. */
export class ImportFailure extends Error {}

/** The person asked to stop. Nothing has been written. */
export class ImportCancelled extends Error {
  constructor() {
    super('The import was cancelled; nothing was written.');
  }
}
