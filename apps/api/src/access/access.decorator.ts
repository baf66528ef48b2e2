import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiResponse } from '@nestjs/swagger';
import { capabilities, type Capability } from './permissions.js';

export const ACCESS = 'waymark:access';

/** Who may call an operation, declared on it and published as `x-access` in the OpenAPI document. */
export interface AccessRule {
  /** Null: anybody, without a session. */
  capability: Capability | null;
  /** A person whose account is locked may still call it although it is no plain read. */
  whenLocked: boolean;
  /** The handler opens its own units of work (uploads, live events). */
  ownUnits: boolean;
  /** Why a call that is no plain read leaves no line in the audit trail; null: it does. */
  unaudited: string | null;
  /** Field of the answer that is told once and kept nowhere: a repeated request finds null in its place. */
  toldOnce: string | null;
}

type Options = Partial<Pick<AccessRule, 'whenLocked' | 'ownUnits' | 'unaudited' | 'toldOnce'>>;

const problem = (status: number, description: string) =>
  ApiResponse({ status, description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } });

/** The operation needs this capability; which rows it reaches follows from its scope. */
export function Access(capability: Capability, options: Options = {}): MethodDecorator {
  const rule: AccessRule = { capability, whenLocked: false, ownUnits: false, unaudited: null, toldOnce: null, ...options };
  return applyDecorators(
    SetMetadata(ACCESS, rule),
    ApiBearerAuth(),
    ApiExtension('x-access', {
      capability,
      about: capabilities[capability],
      ...(rule.whenLocked && { whenLocked: true }),
      ...(rule.unaudited && { unaudited: rule.unaudited }),
    }),
    problem(400, 'A field is not valid'),
    problem(401, 'No valid session'),
    problem(403, 'Not allowed, or paused by a restriction'),
    problem(404, 'Not there, or not to be seen'),
    problem(429, 'Too many requests'),
    problem(503, 'Try again in a moment'),
  );
}

/** Anybody may call the operation, without a session. */
export function Public(): MethodDecorator {
  const rule: AccessRule = { capability: null, whenLocked: true, ownUnits: true, unaudited: 'nobody is signed in', toldOnce: null };
  return applyDecorators(
    SetMetadata(ACCESS, rule),
    ApiExtension('x-access', { public: true }),
    problem(400, 'A field is not valid'),
    problem(429, 'Too many requests'),
    problem(503, 'Try again in a moment'),
  );
}
