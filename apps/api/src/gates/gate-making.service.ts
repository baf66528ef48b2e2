import { Injectable } from '@nestjs/common';
import { gateDeadline, isBlocking, type PolicyDefinition } from '@waymark/gates';
import type { Calendar } from '@waymark/kernel';
import { Calendars } from '../goals/calendar.service.js';
import { GoalHooks } from '../goals/goal-hooks.js';
import { LivePublisher } from '../platform/live/live-publisher.js';
import { currentContext } from '../platform/request-context.js';
import { GateLiveService } from './gate-live.service.js';
import { GateMakingRepository, type GateMould, type PeriodDates, type PublishedVersion } from './gate-making.repository.js';

/** Every person's revenue goal gets the gates of the published policies: when a policy is published, a period becomes active, or a goal appears. */
@Injectable()
export class GateMaking {
  constructor(
    hooks: GoalHooks,
    private readonly repository: GateMakingRepository,
    private readonly calendars: Calendars,
    private readonly liveValues: GateLiveService,
    private readonly live: LivePublisher,
  ) {
    hooks.register((goalIds) => this.afterGoals(goalIds));
  }

  /** Gates of one version for every goal it binds; used at publication, after `supersede`. */
  async makeFor(versionId: string): Promise<void> {
    await this.make(await this.repository.published(versionId), null);
  }

  private async afterGoals(goalIds: readonly string[]): Promise<void> {
    if (goalIds.length === 0) return;
    await this.repository.followGoals(goalIds, currentContext().now);
    await this.make(await this.repository.published(null), goalIds);
    await this.liveValues.refreshGoals(goalIds);
  }

  private async make(versions: readonly PublishedVersion[], goalIds: readonly string[] | null): Promise<void> {
    if (versions.length === 0) return;
    const { calendar } = await this.calendars.rules();
    const periods = await this.repository.periods(goalIds);
    const moulds = versions.flatMap((version) => periods.flatMap((period) => mouldsOf(version, period, calendar)));
    if (moulds.length === 0) return;
    const made = await this.repository.make(moulds, goalIds);
    if (made.length === 0) return;
    await this.liveValues.refreshGates(made);
    await this.live.publish({ type: 'gates', ids: made });
  }
}

/** The steps of a version in a period. A step with a fixed date belongs only to the period that holds it. */
export function mouldsOf(version: PublishedVersion, period: PeriodDates, calendar: Calendar): GateMould[] {
  const { definition } = version;
  return stepsIn(definition, period).map(({ step, order }) => {
    const dates = { startsOn: period.starts_on, endsOn: period.ends_on, timeZone: period.time_zone };
    const { deadlineOn, deadlineAt, judgeAt } = gateDeadline(step, definition.mode, dates, calendar);
    return {
      period_id: period.id,
      policy_version_id: version.id,
      goal_metric: definition.goalMetric,
      published_at: version.published_at,
      step_order: order,
      name: step.name,
      step,
      blocking: isBlocking(step),
      starts_at: period.starts_at,
      deadline_on: deadlineOn,
      deadline_at: deadlineAt,
      judge_at: judgeAt,
      ends_at: period.ends_at,
    };
  });
}

/** Steps with their number, those left out whose date lies elsewhere. */
export function stepsIn(definition: PolicyDefinition, period: Pick<PeriodDates, 'starts_on' | 'ends_on'>) {
  return definition.steps
    .map((step, n) => ({ step, order: n + 1 }))
    .filter(({ step }) => !('date' in step.at) || (step.at.date >= period.starts_on && step.at.date <= period.ends_on));
}
