import {
  type OwnColumn,
  type OwnCondition,
  type OwnMeasure,
  type OwnMetricDefinition,
  ownNature,
  ownSources,
  parseOwnMetric,
} from '@waymark/metrics';
import fc from 'fast-check';

/** Amounts that random facts have, and their neighbours, as people write them. */
const amounts: Record<string, string[]> = {
  money: ['-0.01', '0', '0.01', '0.02', '0.05', '267.68', '10000000000000'],
  count: ['-1', '0', '1', '3', '20'],
};

function condition(column: OwnColumn): fc.Arbitrary<OwnCondition> {
  return fc.constantFrom(...column.operators).chain((op) => {
    const word = column.words ? fc.constantFrom(...column.words) : fc.constantFrom('x', 'y');
    const amount = fc.constantFrom(...(amounts[column.unit ?? 'count'] ?? []));
    const values =
      op === 'is' || op === 'is_not'
        ? fc.tuple(word)
        : op === 'one_of' || op === 'none_of'
          ? fc.uniqueArray(word, { minLength: 1, maxLength: 3 })
          : op === 'above' || op === 'below'
            ? fc.tuple(amount)
            : op === 'between'
              ? fc.tuple(amount, amount).map((both) => both.sort((a, b) => Number(a) - Number(b)))
              : fc.constant<string[]>([]);
    return values.map((given) => ({ column: column.key, op, values: given }));
  });
}

const measure: fc.Arbitrary<OwnMeasure> = fc.constantFrom(...ownSources).chain((source) => {
  const summed = source.columns.filter((column) => column.type === 'amount').map((column) => column.key);
  const where = source.columns.length > 0 ? fc.array(fc.constantFrom(...source.columns).chain(condition), { maxLength: 3 }) : fc.constant([]);
  const aggregate = fc.constantFrom<[OwnMeasure['aggregate'], string | null]>(['count', null], ...summed.map((key): ['sum', string] => ['sum', key]));
  return fc
    .record({ date: fc.constantFrom(...source.dates.map((date) => date.key)), where, aggregate })
    .map(({ date, where: conditions, aggregate: [what, column] }) => ({ source: source.key, date, where: conditions, aggregate: what, column }));
});

/** A definition that the checks let through; what they refuse is drawn again. */
export const ownDefinition: fc.Arbitrary<OwnMetricDefinition> = fc
  .record({
    kind: fc.constantFrom<OwnMetricDefinition['kind']>('measure', 'measure', 'average', 'ratio'),
    of: measure,
    per: measure,
    unit: fc.nat(1),
  })
  .map(({ kind, of, per, unit }) => {
    const given = {
      label: 'Random',
      description: '',
      direction: 'up' as const,
      unit: 'count' as const,
      kind,
      of,
      per: kind === 'ratio' ? per : null,
    };
    try {
      const { units } = ownNature(given);
      return parseOwnMetric({ ...given, unit: units[unit % units.length] });
    } catch {
      return null;
    }
  })
  .filter((definition) => definition !== null);
