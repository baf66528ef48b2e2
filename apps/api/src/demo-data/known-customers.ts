import type { Day } from '@waymark/kernel';
import { addDays, type DemoCalendar, quarterStart } from './calendar.js';
import type { Activity, ArrMovement, Company, Dated, Renewal, SurveyAnswer } from './dataset.js';
import { planted } from './people.js';

/** Day of the last whole quarter, counted from its first, 0. */
type Offset = number;

interface KnownCustomer {
  name: string;
  /** Movements: days before the quarter are negative. Amounts in cents. */
  moves: readonly [on: Offset, kind: ArrMovement['kind'], amount: number][];
  renewal: 'renewed' | 'lost' | null;
  reviews: readonly Offset[];
}

/**
 * Five customers whose numbers in the last whole quarter follow by hand. Four had 100,000.00 each at its beginning and have 130,000, 80,000, 0 and 100,000 at its
 * end; one came in it. NRR 310 / 400, GRR (100 + 80 + 0 + 100) / 400, renewals 3 of 4, reviews 2 of 4 (the lost one was active for 20 days and owes none).
 */
const story: readonly KnownCustomer[] = [
  {
    name: 'Plain Growing',
    moves: [
      [-300, 'new', 10_000_000],
      [30, 'expansion', 3_000_000],
    ],
    renewal: 'renewed',
    reviews: [15, 40],
  },
  {
    name: 'Plain Shrinking',
    moves: [
      [-300, 'new', 10_000_000],
      [40, 'contraction', -2_000_000],
    ],
    renewal: 'renewed',
    reviews: [50],
  },
  {
    name: 'Plain Leaving',
    moves: [
      [-300, 'new', 10_000_000],
      [20, 'churn', -10_000_000],
    ],
    renewal: 'lost',
    reviews: [],
  },
  { name: 'Plain Staying', moves: [[-300, 'new', 10_000_000]], renewal: 'renewed', reviews: [] },
  { name: 'Plain New', moves: [[10, 'new', 5_000_000]], renewal: null, reviews: [] },
];
/** Last answers: six promoters, two passive, two detractors; the first contact had answered 0 before. NPS (6 - 2) / 10. */
const scores: readonly (readonly [on: Offset, score: number])[][] = [
  [
    [10, 0],
    [50, 10],
  ],
  ...[10, 9, 9, 9, 9, 8, 7, 6, 5].map((score, n) => [[20 + n, score] as const]),
] as [Offset, number][][];

export function knownCustomers(calendar: DemoCalendar): {
  customers: Company[];
  movements: ArrMovement[];
  renewals: Renewal[];
  answers: SurveyAnswer[];
  reviews: Activity[];
} {
  const owner = planted.csm;
  const dated = (on: Offset): Dated => {
    const day: Day = addDays(quarterStart(calendar.today, -1), on);
    return { day, at: calendar.at(day, 12 * 60) };
  };
  const ids = story.map((_, n) => `known-${n + 1}`);
  const each = <T>(make: (one: KnownCustomer, company: string) => T[]) => story.flatMap((one, n) => make(one, ids[n] as string));
  return {
    customers: each(({ name }, id) => [{ id, name, industry: 'software', country: 'Portugal', employees: 50, owner }]),
    movements: each(({ moves }, company) =>
      moves.map(([on, kind, amount], n) => ({ id: `${company}-m${n + 1}`, company, owner, kind, amount, ...dated(on) })),
    ),
    renewals: each(({ renewal }, company) =>
      renewal === null ? [] : [{ id: `${company}-r1`, company, owner, due: dated(60).day, outcome: renewal, decided: dated(55), amount: 10_000_000 }],
    ),
    answers: scores.flatMap((answers, contact) =>
      answers.map(([on, score], n) => ({
        id: `known-s${contact + 1}-${n + 1}`,
        company: ids[contact % 5] as string,
        owner,
        contact: `known${contact + 1}@plain.example`,
        score,
        ...dated(on),
      })),
    ),
    reviews: each(({ reviews }, company) =>
      reviews.map((on, n) => ({
        ...{ id: `${company}-q${n + 1}`, type: 'qbr' as const, owner, company, item: '', seconds: 3600 },
        ...{ scheduled: dated(on), completed: dated(on), outcome: 'completed' as const },
      })),
    ),
  };
}
