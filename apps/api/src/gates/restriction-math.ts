import type { CountedRow, RestrictionMath } from '@waymark/contracts';
import { leftOutText } from '@waymark/gates';
import type { Unit } from '@waymark/kernel';
import type { Evidence } from './evidence.js';
import type { StoredResult } from './evaluation.js';
import { countedSum } from './gate-facts.service.js';
import type { EvidenceRow } from './gate-facts.repository.js';
import { amountOf } from './gate-view.js';

/** The condition that decided, as it was frozen with the verdict. */
export function decisiveOf(evidence: Evidence): StoredResult {
  return evidence.conditions[evidence.decisive] as StoredResult;
}

/** The frozen math behind a restriction: rows counted and left out, each with its reason (GATE-08). */
export function mathOf(evidence: Evidence, asOf: Date, knownUntil: Date): RestrictionMath {
  const decisive = decisiveOf(evidence);
  const { counted, leftOut } = evidence.rows[decisive.reading] ?? { counted: [], leftOut: [] };
  return mathView([...counted, ...leftOut], { formula: decisive.sentence, unit: decisive.unit, currency: evidence.currency, asOf, knownUntil });
}

/** Rows that were looked at, those that count apart from those that do not. */
export function mathView(
  rows: readonly EvidenceRow[],
  about: { formula: string; unit: Unit; currency: string; asOf: Date; knownUntil: Date },
): RestrictionMath {
  const { unit, currency } = about;
  const counted = rows.filter(({ reason }) => reason === null);
  const leftOut = rows.filter(({ reason }) => reason !== null);
  const total = (some: readonly EvidenceRow[]) => amountOf(countedSum(some.map((row) => ({ ...row, reason: null }))), unit, currency);
  return {
    formula: about.formula,
    asOf: about.asOf.toISOString(),
    knownUntil: about.knownUntil.toISOString(),
    counted: counted.map((row) => rowView(row, unit, currency)),
    leftOut: leftOut.map((row) => ({
      ...rowView(row, unit, currency),
      reason: row.reason as string,
      reasonText: leftOutText(row.reason as string, row.stage),
    })),
    countedTotal: total(counted),
    leftOutTotal: total(leftOut),
  };
}

function rowView(row: EvidenceRow, unit: Unit, currency: string): CountedRow {
  return {
    id: row.id,
    name: row.name,
    company: row.company,
    amount: row.amount === null ? null : amountOf(BigInt(row.amount), unit, currency),
    stage: row.stage,
  };
}
