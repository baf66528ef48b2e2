import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  CreateGateRun,
  GatePage,
  GateQuery,
  GateReceipt,
  GateReceiptQuery,
  GateRun,
  GateRunPage,
  GateRunQuery,
  GateView,
  GateViewList,
} from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { IdPipe } from '../platform/http/id.pipe.js';
import { GateReceipts } from './gate-receipts.service.js';
import { GateRuns } from './gate-runs.service.js';
import { GatesService } from './gates.service.js';

@ApiTags('gates')
@Controller()
export class GatesController {
  constructor(
    private readonly gates: GatesService,
    private readonly runs: GateRuns,
    private readonly receipts: GateReceipts,
  ) {}

  @Get('gates')
  @Access('gates.read')
  @ApiOperation({ summary: 'Gates that you may see, next deadline first, with the counts of the board' })
  @ApiOkResponse({ type: GatePage })
  page(@Query() query: GateQuery): Promise<GatePage> {
    return this.gates.page(query);
  }

  @Get('gates/:id')
  @Access('gates.read')
  @ApiOperation({ summary: 'One gate with verdict, live value and restrictions' })
  @ApiOkResponse({ type: GateView })
  get(@Param('id', IdPipe) id: string): Promise<GateView> {
    return this.gates.get(id);
  }

  @Get('gates/:id/receipt')
  @Access('gates.read')
  @ApiOperation({ summary: "Why a gate measures what it measures, by the gate's own parameters: now, or as it was frozen with the verdict" })
  @ApiOkResponse({ type: GateReceipt })
  receipt(@Param('id', IdPipe) id: string, @Query() { at = 'now' }: GateReceiptQuery): Promise<GateReceipt> {
    return this.receipts.receipt(id, at);
  }

  @Get('goals/:id/gates')
  @Access('gates.read')
  @ApiOperation({ summary: 'The gates of a goal in their order' })
  @ApiOkResponse({ type: GateViewList })
  async ofGoal(@Param('id', IdPipe) id: string): Promise<GateViewList> {
    return { items: await this.gates.ofGoal(id) };
  }

  @Post('gate-runs')
  @Access('gates.run')
  @HttpCode(202)
  @ApiOperation({ summary: 'Preview a policy over a period without any effect, or enforce what is due' })
  @ApiAcceptedResponse({ type: GateRun })
  request(@Body() body: CreateGateRun): Promise<GateRun> {
    return this.runs.request(body);
  }

  @Get('gate-runs')
  @Access('gates.run')
  @ApiOperation({ summary: 'Runs, newest first' })
  @ApiOkResponse({ type: GateRunPage })
  runsPage(@Query() query: GateRunQuery): Promise<GateRunPage> {
    return this.runs.page(query);
  }

  @Get('gate-runs/:id')
  @Access('gates.run')
  @ApiOperation({ summary: 'One run with its result' })
  @ApiOkResponse({ type: GateRun })
  run(@Param('id', IdPipe) id: string): Promise<GateRun> {
    return this.runs.get(id);
  }
}
