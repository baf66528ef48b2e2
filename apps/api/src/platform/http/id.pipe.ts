import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { invalid } from './validation.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** An id in the path, in its one spelling: two spellings of one id would be two entries in caches, ETags and keys. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string, metadata: ArgumentMetadata): string {
    if (!uuid.test(value))
      throw invalid([{ field: metadata.data ?? 'id', code: 'id', message: `${metadata.data ?? 'id'} must be a lower-case UUID` }]);
    return value;
  }
}
