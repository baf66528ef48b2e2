import type { GateType } from './gate-type.js';
import * as types from './types/index.js';

/** Every condition type, by key (DX-02). */
export const gateTypes: ReadonlyMap<string, GateType> = new Map(Object.values(types).map((type) => [type.key, type]));

/** The type of a stored condition. A key is permanent, so an unknown one is a defect. */
export function gateType(key: string): GateType {
  const type = gateTypes.get(key);
  if (!type) throw new Error(`there is no gate condition type "${key}"`);
  return type;
}
