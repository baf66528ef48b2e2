import { Injectable, type PipeTransform } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id in the path. What is no id names nothing, so the answer is the same 404 as for an unknown one. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!uuid.test(value)) throw new DomainError('not_found', 'There is no such record, or you may not see it.');
    return value;
  }
}
