import { DomainError } from '@waymark/kernel';
import { currentUnit } from '../request-context.js';

const form = /^"v([1-9]\d{0,9})"$/;

/** The entity tag of a version. */
export function etagOf(version: number): string {
  return `"v${version}"`;
}

/**
 * The version that a change was made for, from the If-Match header. Missing: 428. `*` and lists are refused, since they would accept whatever is
 * there (REL-04).
 */
export function versionAsked(header: string | undefined): number {
  if (header === undefined || header === '')
    throw new DomainError(
      'precondition_required',
      'Send If-Match with the ETag that you read, so that nobody overwrites what somebody else changed.',
    );
  const version = form.exec(header)?.[1];
  if (version === undefined)
    throw new DomainError('invalid', 'If-Match must be one ETag as it was read, such as "v3".', {
      fields: [{ field: 'If-Match', code: 'etag', message: 'If-Match must be one ETag as it was read, such as "v3"' }],
    });
  return Number(version);
}

/**
 * Every change of a versioned thing calls this with the version it found under the row's lock, after it made sure that the reader may see the thing. A
 * difference is 412 with the present version. In jobs and commands nothing is asked.
 */
export function matchVersion(present: number): void {
  const unit = currentUnit();
  if (unit?.ifMatch === undefined) return;
  unit.versionMatched = true;
  if (unit.ifMatch !== present)
    throw new DomainError(
      'precondition_failed',
      'Somebody changed this meanwhile. Load it again, look at what is different, then send your change.',
      {
        params: { version: present, etag: etagOf(present) },
      },
    );
}
