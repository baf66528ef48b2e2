import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Feature as FeatureKey } from './features.js';

export const FEATURE = 'waymark:feature';

/** The operation is there only for organisations that have this feature on; others get `feature_disabled` (PLAT-03). */
export function Feature(feature: FeatureKey): MethodDecorator {
  return applyDecorators(SetMetadata(FEATURE, feature), ApiExtension('x-feature', feature));
}
