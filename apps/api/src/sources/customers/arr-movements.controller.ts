import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ArrMovement, ArrMovementPage, CorrectArrMovement, CreateArrMovement, FactQuery } from '@waymark/contracts';
import { Access } from '../../access/access.decorator.js';
import { IdPipe } from '../../platform/http/id.pipe.js';
import { Tagged, Versioned } from '../../platform/http/versioned.js';
import { ArrMovementsService } from './arr-movements.service.js';

@ApiTags('customers')
@Controller('arr-movements')
export class ArrMovementsController {
  constructor(private readonly movements: ArrMovementsService) {}

  @Get()
  @Access('customers.read')
  @ApiOperation({ summary: 'Movements of recurring revenue that you may see, latest first' })
  @ApiOkResponse({ type: ArrMovementPage })
  page(@Query() query: FactQuery): Promise<ArrMovementPage> {
    return this.movements.page(query);
  }

  @Post()
  @Access('customers.write')
  @ApiOperation({ summary: 'Record a movement of recurring revenue' })
  @ApiCreatedResponse({ type: ArrMovement })
  @ApiConflictResponse({ description: 'There is one with this external id' })
  create(@Body() body: CreateArrMovement): Promise<ArrMovement> {
    return this.movements.create(body);
  }

  @Get(':id')
  @Access('customers.read')
  @Tagged()
  @ApiOperation({ summary: 'One movement as it is known now' })
  @ApiOkResponse({ type: ArrMovement })
  get(@Param('id', IdPipe) id: string): Promise<ArrMovement> {
    return this.movements.get(id);
  }

  @Patch(':id')
  @Access('customers.write')
  @Versioned()
  @ApiOperation({ summary: 'Correct a movement: a new version, the one before it stays known as of its time' })
  @ApiOkResponse({ type: ArrMovement })
  correct(@Param('id', IdPipe) id: string, @Body() body: CorrectArrMovement): Promise<ArrMovement> {
    return this.movements.correct(id, body);
  }
}
