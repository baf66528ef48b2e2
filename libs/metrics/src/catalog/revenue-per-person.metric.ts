import { whole } from '@waymark/kernel';
import { defineWindowMetric } from '../algebra/metric.js';
import { revenueMarks, revenuePer } from './revenue-per.js';
import { sellers } from './sellers.js';

/** Revenue over the people at work (Q91). */
export const revenuePerPersonMetric = defineWindowMetric({
  key: 'revenue_per_person',
  label: 'Revenue per person',
  description: 'Amounts of the sales dated in the window over the people who sold or completed an activity in it.',
  formula: '{revenue} / {people}',
  unit: 'money',
  direction: 'up',
  level: 'both',
  window: sellers,
  combine: ({ revenue, unrated, people }, facts) => revenuePer(revenue, unrated, people, facts),
  beside: ({ revenue, people }) => [
    { key: 'revenue', label: 'Revenue', unit: 'money', value: whole(revenue) },
    { key: 'people', label: 'People', unit: 'count', value: whole(people) },
  ],
  marks: (_, facts) => revenueMarks(facts),
});
