import type { Fact } from '../algebra/interpret.js';

/** Whether the customer's revenue was gone after the movements up to that instant of the window. */
export function fellToNothing(own: readonly Fact[], at: Date, from: Date): boolean {
  return at >= from && sumOf(own.filter((fact) => (fact['occurred_at'] as Date) <= at)) <= 0n;
}

/** The sum of the movements. */
export function sumOf(facts: readonly Fact[]): bigint {
  return facts.reduce((sum, fact) => sum + (fact['amount_minor'] as bigint), 0n);
}

/** The later of two facts; of the same instant the one with the greater id. */
export function isLater(fact: Fact, than: Fact | undefined, column: string): boolean {
  if (than === undefined) return true;
  const gap = (fact[column] as Date).getTime() - (than[column] as Date).getTime();
  return gap !== 0 ? gap > 0 : (fact['id'] as string) > (than['id'] as string);
}
