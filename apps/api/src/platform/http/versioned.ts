import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';

export const VERSIONED = 'waymark:versioned';

const problem = (status: number, description: string) =>
  ApiResponse({ status, description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } });

/** Reading: the answer carries its ETag, and If-None-Match is answered by 304 when nothing changed. */
export function Tagged(): MethodDecorator {
  return applyDecorators(SetMetadata(VERSIONED, 'tagged'), ApiResponse({ status: 304, description: 'Not changed since the ETag of If-None-Match' }));
}

/** Changing or removing: If-Match is required; the service calls `matchVersion` with the version that it found (REL-04). */
export function Versioned(): MethodDecorator {
  return applyDecorators(
    SetMetadata(VERSIONED, 'matched'),
    ApiHeader({ name: 'If-Match', required: true, description: 'The ETag as it was read', example: '"v3"' }),
    problem(412, 'Somebody changed it meanwhile'),
    problem(428, 'If-Match is missing'),
  );
}
