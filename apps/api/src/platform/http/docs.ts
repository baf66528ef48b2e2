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
  return SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [Problem, FieldProblem],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '').replace(/^./, (first) => first.toLowerCase())}_${method}`,
  });
}

/** Swagger UI at /api/docs, the document at /api/openapi.json. */
export function serveDocs(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'api/openapi.json', customSiteTitle: 'Waymark API' });
}

/** The document as the committed file holds it. */
export function openApiText(app: INestApplication): string {
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}
