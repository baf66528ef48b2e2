import { ApiProperty } from '@nestjs/swagger';
import { QueryIntegerField, TextField } from './fields.js';
import { limits } from './limits.js';

/** How much of a list is wanted and where to go on. `cursor` is opaque: the `nextCursor` of the page before. */
export class PageQuery {
  @QueryIntegerField({ min: 1, max: limits.page.max, optional: true, about: `Rows a page, ${limits.page.default} unless told` })
  limit?: number;

  @TextField({ max: 2000, optional: true, about: 'nextCursor of the page before' })
  cursor?: string;
}

/** Fields that every page of a list has. */
export class PageEnd {
  @ApiProperty({ type: String, nullable: true, description: 'Send it as cursor for the next page; null at the end' })
  nextCursor!: string | null;
}
