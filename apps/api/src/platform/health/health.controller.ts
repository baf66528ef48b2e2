import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../access/access.decorator.js';
import { Figures } from './figures.js';
import { HealthService } from './health.service.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly figures: Figures,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({ summary: 'The process answers' })
  @ApiOkResponse({ schema: { type: 'object', properties: { status: { type: 'string', example: 'ok' } } } })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'Database, migrations, queue and clock are fit for work' })
  @ApiOkResponse({ schema: { type: 'object', properties: { status: { type: 'string' }, checks: { type: 'array', items: { type: 'object' } } } } })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string; checks: unknown[] }> {
    const checks = await this.health.checks();
    const failed = checks.filter((check) => !check.ok);
    const ok = failed.every((check) => check.tolerable);
    if (!ok) void reply.status(503);
    return {
      status: failed.length === 0 ? 'ok' : ok ? 'degraded' : 'not ready',
      checks: checks.map(({ name, ok, detail }) => ({ name, ok, detail })),
    };
  }

  @Get('metrics')
  @Public()
  @Header('content-type', 'text/plain; version=0.0.4')
  @ApiOperation({ summary: 'Figures in the Prometheus text form' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  metrics(): Promise<string> {
    return this.figures.text();
  }
}
