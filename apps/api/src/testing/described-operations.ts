import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Schema, Schemas } from './schema-values.js';

/** A parameter of an operation. */
export interface DescribedParameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}

/** An operation as the document describes it. */
export interface DescribedOperation {
  id: string;
  method: string;
  path: string;
  parameters: DescribedParameter[];
  body: Schema | null;
  statuses: Set<number>;
  answer: ValidateFunction | null;
}

/** The operations of the OpenAPI document, each with a check of its answer that refuses fields which the contract does not name (SEC-02). */
export function readDocument(document: object): { operations: DescribedOperation[]; schemas: Schemas } {
  const { paths, components } = document as { paths: Record<string, Record<string, Record<string, unknown>>>; components: { schemas: Schemas } };
  const ajv = new Ajv({ strict: false, allErrors: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  ajv.addSchema({ $id: 'api', components: { schemas: strict(components.schemas) } });
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const responses = operation['responses'] as Record<string, { content?: Record<string, { schema?: Schema }> }>;
      const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content?.['application/json']?.schema;
      const body =
        (operation['requestBody'] as { content?: Record<string, { schema?: Schema }> } | undefined)?.content?.['application/json']?.schema ?? null;
      return {
        id: operation['operationId'] as string,
        method: method.toUpperCase(),
        path,
        parameters: (operation['parameters'] ?? []) as DescribedParameter[],
        body,
        statuses: new Set(Object.keys(responses).map(Number)),
        answer: good ? ajv.compile(JSON.parse(JSON.stringify(strict(good)).replaceAll('"#/components', '"api#/components')) as object) : null,
      };
    }),
  );
  return { operations, schemas: components.schemas };
}

/** The same schemas, refusing fields that they do not name: an answer that says more than its contract is a leak. */
function strict<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map((part: unknown) => strict(part)) as T;
  if (schema === null || typeof schema !== 'object') return schema;
  const parts = Object.fromEntries(
    Object.entries(schema).map(([key, part]) => [key, key === 'example' || key === 'examples' ? part : strict<unknown>(part)]),
  );
  const names = parts as { properties?: object; additionalProperties?: unknown; allOf?: unknown[]; nullable?: boolean; type?: string };
  if (names.properties && names.additionalProperties === undefined && names.type === 'object') names.additionalProperties = false;
  // OpenAPI 3.0 writes "nullable" beside a reference; JSON Schema needs it as a choice.
  if (names.nullable && names.allOf) return { anyOf: [{ allOf: names.allOf }, { type: 'null' }] } as T;
  return parts as T;
}
