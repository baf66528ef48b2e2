import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { FieldProblem, Problem } from '@waymark/contracts';

/** The OpenAPI document of every operation (PLAT-09); `npm run openapi` writes it to docs/openapi.json. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Waymark')
    .setDescription('Goals, facts, gates and their consequences. Errors are problem documents (RFC 9457).')
    .setVersion('1')
    .addBearerAuth();
  const document = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [Problem, FieldProblem],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').replace(/^./, (first) => first.toLowerCase())}_${method}`,
  });
  for (const item of Object.values(document.paths))
    for (const method of ['get', 'post', 'patch', 'put', 'delete'] as const)
      if (item[method]) item[method].responses = { ...edgesOf(method), ...item[method].responses };
  return document;
}

/** What the edge may answer before an operation is reached, or any change may run into: the same everywhere, so said once. */
function edgesOf(method: string): Record<string, { description: string; content: Record<string, object> }> {
  const problem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  const reads = method === 'get';
  return {
    ...(!reads && {
      401: problem('No valid session'),
      403: problem('Not allowed'),
      404: problem('Not there, or not to be seen'),
      409: problem('It does not fit the present state'),
      413: problem('The message is too large'),
      415: problem('This content type is not taken'),
      422: problem('It cannot be done as asked'),
    }),
  };
}

/** Swagger UI at /api/docs, the document at /api/openapi.json. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'api/openapi.json', customSiteTitle: 'Waymark API' });
}

/** The document as the committed file holds it. */
export function openApiText(app: INestApplication): string {
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}
