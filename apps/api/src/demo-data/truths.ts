import type { Day } from '@waymark/kernel';
import { activityTruths } from './activity-truths.js';
import { addDays, quarterStart } from './calendar.js';
import { customerTruths } from './customer-truths.js';
import type { Dataset } from './dataset.js';
import { funnelTruths } from './funnel-truths.js';
import { planted } from './people.js';
import type { Found, Truth, TruthScope, View } from './truth.js';

const counted: Record<string, (view: View) => Found> = { ...funnelTruths, ...activityTruths, ...customerTruths };
const organisation: TruthScope = { kind: 'organisation' };
const person = (id: string): TruthScope => ({ kind: 'person', id });

/** What was laid into the data: see the stories of the known leads and the known customers. */
const ofKnownPerson: [metric: string, value: string, because: string][] = [
  ['leads_created', '8', '8 leads'],
  ['calls_completed', '8', 'each lead was called once'],
  ['agreements', '4', '3 lists out and 1 overdue'],
  ['lists_out', '3', 'sizes 5, 10, 15'],
  ['average_list_size', '10', '(5 + 10 + 15) / 3'],
  ['sales_from_lists', '2', '1,000.00 and 500.00'],
  ['revenue', '1500.00', '1,000.00 + 500.00'],
  ['call_to_proposal', '75', '6 / 8'],
  ['proposal_to_agreement', '66.666667', '4 / 6'],
  ['list_to_first_sale', '66.666667', '2 / 3'],
  ['performance_index', '36', '8 calls x 1 + 4 agreements x 3 + 3 lists x 2 + 2 sales x 5'],
  ['revenue_per_call', '187.50', '1,500.00 / 8'],
  ['revenue_per_list', '500.00', '1,500.00 / 3'],
  ['revenue_per_person', '1500.00', '1,500.00 / 1'],
  ['outstanding_proposals', '1', '6 proposals, 4 agreed, 1 lost'],
  ['overdue_partner_lists', '1', 'due five days before today, not sent'],
];
const ofKnownCustomers: [metric: string, value: string, because: string][] = [
  ['nrr', '77.5', '(130,000 + 80,000 + 0 + 100,000) / 400,000'],
  ['grr', '70', '(100,000 + 80,000 + 0 + 100,000) / 400,000'],
  ['retention_rate', '75', '3 renewed of 4'],
  ['nps', '40', '(6 promoters - 2 detractors) / 10'],
  ['qbr_completion', '50', '2 held of 4 due'],
];

/** Every truth about the data: what was planted, and each metric for everybody, two teams and two people in four windows. */
export function truthsOf(data: Dataset): Truth[] {
  const { today } = data.options;
  const windows = windowsOf(today);
  const list: Truth[] = [
    ...ofKnownPerson.map(([metric, value, because]): Truth => ({
      metric,
      scope: person(planted.bdr),
      ...windows.ninety,
      value,
      reason: null,
      how: 'planted',
      because,
    })),
    ...ofKnownCustomers.map(([metric, value, because]): Truth => ({
      metric,
      scope: person(planted.csm),
      ...windows.quarter,
      value,
      reason: null,
      how: 'planted',
      because,
    })),
  ];
  const sellers = [organisation, { kind: 'team', name: 'Development North' } as const, person('bdr-001')];
  const success = [organisation, { kind: 'team', name: 'Customer Success' } as const, person('csm-001')];
  for (const metric of Object.keys(counted)) {
    const aboutCustomers = Object.hasOwn(customerTruths, metric) || metric === 'tasks_completed';
    for (const scope of aboutCustomers ? success : sellers)
      for (const window of windowsFor(metric, windows)) list.push(truthOf(data, metric, scope, window));
  }
  return list;
}

type Windows = ReturnType<typeof windowsOf>;

/** The last 90 days, the last whole month, the last whole quarter, the running one, and the 30 days ahead. */
function windowsOf(today: Day) {
  const month = `${today.slice(0, 7)}-01`;
  const lastOfMonth = addDays(month, -1);
  const running = quarterStart(today);
  return {
    ninety: { from: addDays(today, -90), to: today },
    month: { from: `${lastOfMonth.slice(0, 7)}-01`, to: lastOfMonth },
    quarter: { from: quarterStart(today, -1), to: addDays(running, -1) },
    running: { from: running, to: addDays(quarterStart(today, 1), -1) },
    ahead: { from: addDays(today, 1), to: addDays(today, 30) },
  };
}

function windowsFor(metric: string, { ninety, month, quarter, running, ahead }: Windows) {
  if (metric === 'calls_scheduled') return [ahead];
  if (metric === 'calls_booked') return [ninety, month, ahead];
  return Object.hasOwn(customerTruths, metric) ? [quarter, running, month] : [ninety, month];
}

/** What plain counting says of one metric. */
export function truthOf(data: Dataset, metric: string, scope: TruthScope, window: { from: Day; to: Day }): Truth {
  const has = membersOf(data, scope);
  const found = (counted[metric] as (view: View) => Found)({ data, has, ...window });
  return { metric, scope, ...window, ...found, how: 'counted' };
}

/** Whether a person belongs to the scope: nobody changes teams in made data. */
function membersOf({ people }: Dataset, scope: TruthScope): (owner: string) => boolean {
  if (scope.kind === 'organisation') return (owner) => owner !== '';
  if (scope.kind === 'person') return (owner) => owner === scope.id;
  const members = new Set(people.filter(({ team }) => team === scope.name).map(({ id }) => id));
  return (owner) => members.has(owner);
}
