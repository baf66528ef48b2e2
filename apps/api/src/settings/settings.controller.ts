import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AddHoliday, ChangeFlags, ChangeSettings, FlagSettings, Holiday, Holidays, Problem, Settings } from '@waymark/contracts';
import { Access } from '../access/access.decorator.js';
import { Tagged, Versioned } from '../platform/http/versioned.js';
import { SettingsService } from './settings.service.js';

@ApiTags('settings')
@Controller()
export class SettingsController {
  constructor(private readonly service: SettingsService) {}

  @Get('settings')
  @Access('organisation.read')
  @Tagged()
  @ApiOperation({ summary: 'Calendar, currency, thresholds and leaderboard of the organisation' })
  @ApiOkResponse({ type: Settings })
  settings(): Promise<Settings> {
    return this.service.get();
  }

  @Patch('settings')
  @Access('settings.manage')
  @Versioned()
  @ApiOperation({ summary: 'Change settings; goals are computed again when their status depends on them' })
  @ApiOkResponse({ type: Settings })
  @ApiConflictResponse({ type: Problem, description: 'The currency stays once facts are recorded' })
  change(@Body() body: ChangeSettings): Promise<Settings> {
    return this.service.change(body);
  }

  @Get('holidays')
  @Access('organisation.read')
  @ApiOperation({ summary: 'Days without work, in order' })
  @ApiOkResponse({ type: Holidays })
  holidays(): Promise<Holidays> {
    return this.service.holidays();
  }

  @Post('holidays')
  @Access('settings.manage')
  @ApiOperation({ summary: 'Add a day without work' })
  @ApiCreatedResponse({ type: Holiday })
  @ApiConflictResponse({ type: Problem, description: 'The day is a holiday already' })
  addHoliday(@Body() body: AddHoliday): Promise<Holiday> {
    return this.service.addHoliday(body);
  }

  @Delete('holidays/:key')
  @Access('settings.manage')
  @HttpCode(204)
  @ApiOperation({ summary: 'Make a holiday (its day, YYYY-MM-DD) an ordinary day again' })
  @ApiNoContentResponse()
  removeHoliday(@Param('key') day: string): Promise<void> {
    return this.service.removeHoliday(day);
  }

  @Get('flags')
  @Access('settings.manage')
  @Tagged()
  @ApiOperation({ summary: 'Which features are on' })
  @ApiOkResponse({ type: FlagSettings })
  flags(): Promise<FlagSettings> {
    return this.service.flags();
  }

  @Patch('flags')
  @Access('settings.manage')
  @Versioned()
  @ApiOperation({ summary: 'Switch features on or off; what they stored stays' })
  @ApiOkResponse({ type: FlagSettings })
  changeFlags(@Body() body: ChangeFlags): Promise<FlagSettings> {
    return this.service.changeFlags(body);
  }
}
