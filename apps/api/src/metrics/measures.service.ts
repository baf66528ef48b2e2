import { Injectable } from '@nestjs/common';
import type { Measure, Member, WindowMeasure } from '@waymark/metrics';
import { type Feeds, MetricsRepository, type MeasureSums } from './metrics.repository.js';

export { factsOf } from './metrics.repository.js';
export type { ChangedMeasure, Feeds, MeasureSums } from './metrics.repository.js';

/** What later stages may ask of the measures; the tables behind them stay with this module. */
@Injectable()
export class MeasuresService {
  constructor(private readonly metrics: MetricsRepository) {}

  /** Sums per owner from the facts, as they stand or as known at an instant, over a half-open window. */
  sumsPerOwner(
    measures: readonly Measure[],
    owners: string[],
    window: { from: Date; to: Date },
    knownAt: Date | null,
  ): Promise<Map<string, MeasureSums>> {
    return this.metrics.sumsPerOwner(measures, owners, window, knownAt);
  }

  /** The parts of a window measure per scope over a half-open window of days in the zone, as the facts stand. */
  windowParts(
    measure: WindowMeasure,
    members: readonly Member[],
    window: { from: Date; to: Date },
    timeZone: string,
  ): Promise<Map<string, MeasureSums>> {
    return this.metrics.windowParts(measure, members, window, null, timeZone);
  }

  /** Who belonged to these teams, sub-teams included, and when. */
  teamMembers(teamIds: readonly string[], timeZone: string): Promise<Member[]> {
    return this.metrics.teamMembers(teamIds, timeZone);
  }

  /** What metrics are told besides their parts, as it stands or as known at an instant; `factsOf` says it for a window. */
  feeds(knownAt: Date | null): Promise<Feeds> {
    return this.metrics.feeds(knownAt);
  }
}
