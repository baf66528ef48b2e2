import type { Day } from '@waymark/kernel';
import { addDays, type DemoCalendar, quarterStart } from './calendar.js';
import type { Activity, ArrMovement, Company, DatasetOptions, Person, Renewal, SurveyAnswer } from './dataset.js';
import { knownCustomers } from './known-customers.js';
import { planted } from './people.js';
import type { Random } from './random.js';
import { companyHeads, companyTails, countries, industries } from './words.js';

/** Companies that pay or may pay, and what is known of those that do. */
export interface Customers {
  prospects: Company[];
  customers: Company[];
  movements: ArrMovement[];
  renewals: Renewal[];
  answers: SurveyAnswer[];
  reviews: Activity[];
}

const customersAtFactorOne = 40;
const daysOfHistory = 540;

export function makeCustomers(random: Random, calendar: DemoCalendar, people: readonly Person[], options: DatasetOptions): Customers {
  const known = knownCustomers(calendar);
  const csms = people.filter(({ work, id }) => work === 'csm' && id !== planted.csm);
  const count = Math.max(1, Math.round(customersAtFactorOne * options.factor));
  const leads = Math.max(8, Math.round(150 * options.factor));
  const all: Customers = {
    prospects: Array.from({ length: leads }, (_, n) => companyOf(random, `prospect-${String(n + 1).padStart(6, '0')}`, n, '')),
    ...known,
    customers: [...known.customers],
  };
  for (let n = 0; n < count; n += 1) addCustomer(all, random.part(`customer ${n}`), calendar, csms, n);
  return all;
}

function companyOf(random: Random, id: string, n: number, owner: string): Company {
  const name = `${companyHeads[n % 20]} ${companyTails[Math.floor(n / 20) % 10]}${n < 200 ? '' : ` ${Math.floor(n / 200) + 1}`}`;
  return { id, name, industry: random.pick(industries), country: random.pick(countries), employees: random.whole(5, 900), owner };
}

function addCustomer(all: Customers, random: Random, calendar: DemoCalendar, csms: readonly Person[], n: number): void {
  const id = `customer-${String(n + 1).padStart(5, '0')}`;
  const owner = (csms[n % csms.length] as Person).id;
  const company = { ...companyOf(random, id, n, owner), name: `${companyOf(random, id, n, owner).name} Group` };
  all.customers.push(company);
  const began = calendar.ago(random.chance(0.15) ? random.whole(5, 85) : random.whole(100, daysOfHistory));
  const history = movementsOf(random.part('arr'), calendar, csms, { id, owner, began });
  all.movements.push(...history);
  all.renewals.push(...renewalsOf(random.part('renewals'), calendar, history));
  all.answers.push(...answersOf(random.part('answers'), calendar, id, owner));
  all.reviews.push(...reviewsOf(random.part('reviews'), calendar, id, owner, began));
}

/** One customer's recurring revenue from its first day on: it grows, shrinks, leaves, comes back, or gets somebody else in charge. */
function movementsOf(random: Random, calendar: DemoCalendar, csms: readonly Person[], of: { id: string; owner: string; began: Day }): ArrMovement[] {
  const rows: ArrMovement[] = [];
  let owner = of.owner;
  let revenue = 0;
  const move = (day: Day, kind: ArrMovement['kind'], amount: number) => {
    rows.push({ id: `${of.id}-m${rows.length + 1}`, company: of.id, owner, kind, amount, day, at: calendar.at(day, 11 * 60) });
    revenue += amount;
  };
  move(of.began, 'new', random.whole(6, 60) * 100_000);
  for (let day = calendar.later(of.began, random.whole(40, 130)); day <= calendar.yesterday; day = calendar.later(day, random.whole(40, 130))) {
    if (revenue === 0) {
      if (random.chance(0.8)) move(day, 'reactivation', random.whole(4, 30) * 100_000);
    } else if (random.chance(0.45)) move(day, 'expansion', random.whole(1, 12) * 100_000);
    else if (random.chance(0.4)) move(day, 'contraction', -Math.round(revenue / 400_000) * 100_000 || -50_000);
    else if (random.chance(0.5)) move(day, 'churn', -revenue);
    else {
      owner = random.pick(csms).id;
      move(day, 'handover', 0);
    }
  }
  return rows;
}

/** A renewal every year from the first day on, up to 90 days ahead; lost when the customer left in the year before, a few still undecided. */
function renewalsOf(random: Random, calendar: DemoCalendar, history: readonly ArrMovement[]): Renewal[] {
  const [first] = history as [ArrMovement];
  const rows: Renewal[] = [];
  for (let due = addDays(first.day, 180); due <= addDays(calendar.today, 90); due = addDays(due, 180)) {
    const revenue = history.filter(({ day }) => day < due).reduce((sum, { amount }) => sum + amount, 0);
    const decidedOn = calendar.workdayBefore(addDays(due, -random.whole(0, 20)));
    const open = due >= calendar.today ? !(decidedOn <= calendar.yesterday && random.chance(0.5)) : random.chance(0.08);
    const decided = open || decidedOn > calendar.yesterday ? null : { day: decidedOn, at: calendar.at(decidedOn, 15 * 60) };
    const outcome = decided === null ? 'open' : revenue > 0 && random.chance(0.9) ? 'renewed' : 'lost';
    rows.push({
      id: `${first.company}-r${rows.length + 1}`,
      company: first.company,
      owner: first.owner,
      due,
      outcome,
      decided,
      amount: Math.max(revenue, 0),
    });
  }
  return rows;
}

/** One to four contacts, each asked up to three times in the last 200 days. */
function answersOf(random: Random, calendar: DemoCalendar, company: string, owner: string): SurveyAnswer[] {
  const rows: SurveyAnswer[] = [];
  for (let contact = random.whole(1, 4); contact > 0; contact -= 1)
    for (let times = random.whole(0, 3); times > 0; times -= 1) {
      const day = calendar.ago(random.whole(1, 200));
      const at = calendar.at(day, random.whole(8 * 60, 19 * 60));
      if (rows.some((row) => row.day === day && row.contact.startsWith(`contact${contact}@`))) continue; // one answer a day: the last one is never in doubt
      const score = random.pick([0, 3, 5, 6, 7, 8, 8, 9, 9, 9, 10, 10]);
      rows.push({ id: `${company}-s${rows.length + 1}`, company, owner, contact: `contact${contact}@${company}.example`, score, day, at });
    }
  return rows;
}

/** Quarterly reviews of the last year: most held, some twice, some cancelled. */
function reviewsOf(random: Random, calendar: DemoCalendar, company: string, owner: string, began: Day): Activity[] {
  const rows: Activity[] = [];
  for (let quarter = -3; quarter <= 0; quarter += 1)
    for (let times = random.pick([0, 1, 1, 1, 2]); times > 0; times -= 1) {
      const day = calendar.workdayAfter(addDays(quarterStart(calendar.today, quarter), random.whole(5, 80)));
      if (day < began || day > calendar.yesterday || day >= quarterStart(calendar.today, quarter + 1)) continue;
      const at = { day, at: calendar.at(day, random.whole(9 * 60, 16 * 60)) };
      const held = random.chance(0.9);
      rows.push({
        id: `${company}-q${rows.length + 1}`,
        type: 'qbr',
        owner,
        company,
        item: '',
        scheduled: at,
        completed: held ? at : null,
        outcome: held ? 'completed' : 'cancelled',
        seconds: held ? 3600 : 0,
      });
    }
  return rows;
}
