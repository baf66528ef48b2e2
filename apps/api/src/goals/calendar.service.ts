import { Injectable } from '@nestjs/common';
import { CalendarRepository, type OrganisationRules } from './calendar.repository.js';

export type { OrganisationRules } from './calendar.repository.js';

/** The organisation's working days, holidays and thresholds, for every stage that counts days. */
@Injectable()
export class Calendars {
  constructor(private readonly repository: CalendarRepository) {}

  rules(): Promise<OrganisationRules> {
    return this.repository.rules();
  }
}
