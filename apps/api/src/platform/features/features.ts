import { Injectable } from '@nestjs/common';
import { DomainError } from '@waymark/kernel';
import { Db } from '../database/db.js';
import { currentContext } from '../request-context.js';

/** Every feature that an organisation may switch, with what it is for organisations that never touched it (Q7). */
export const featureDefaults = { feature_milestones: false, feature_leaderboard: false, feature_reporting: true };

export type Feature = keyof typeof featureDefaults;
export type FeatureStates = Record<Feature, boolean>;

/** Which features the organisation has on. Off: no page, no answer, no job; what is stored stays (PLAT-03). */
@Injectable()
export class Features {
  constructor(private readonly db: Db) {}

  /** All of them. Switches of a later program are left out. */
  async states(): Promise<FeatureStates> {
    const row = await this.db.one<{ features: Partial<FeatureStates> }>('select features from tenants where id = $1', [currentContext().tenantId]);
    return statesOf(row.features);
  }

  async isOn(feature: Feature): Promise<boolean> {
    return (await this.states())[feature];
  }

  /** Throws `feature_disabled` when the organisation has it off. */
  async assertOn(feature: Feature): Promise<void> {
    if (!(await this.isOn(feature)))
      throw new DomainError('feature_disabled', 'Your organisation has switched this feature off. An administrator can switch it on.', {
        params: { feature },
      });
  }
}

/** The defaults with what the organisation set. */
export function statesOf(stored: Partial<FeatureStates>): FeatureStates {
  const keys = Object.keys(featureDefaults) as Feature[];
  return Object.fromEntries(keys.map((key) => [key, stored[key] ?? featureDefaults[key]])) as FeatureStates;
}
