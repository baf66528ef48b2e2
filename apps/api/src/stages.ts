import { GatesModule } from './gates/gates.module.js';
import { GoalsModule } from './goals/goals.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { PrivacyModule } from './privacy/privacy.module.js';
import { SourcesModule } from './sources/sources.module.js';

/** The stages in journey order, one line each. */
export const stages = [SourcesModule, ImportsModule, MetricsModule, GoalsModule, GatesModule, SettingsModule, PrivacyModule];
