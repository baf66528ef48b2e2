import type { Day } from '@waymark/kernel';

/** What to make. The same options make the same data, byte by byte. */
export interface DatasetOptions {
  seed: number;
  /** 1 makes about 150 leads, 1,500 items and 3,000 activities; 10 ten times as much. */
  factor: number;
  today: Day;
  zone: string;
  /** Share of the leads whose partner list went out, 0 to 1, counted exactly. */
  listOutShare: number;
  /** Leads come through the funnel as often as in practice instead; fewer lists, fewer items. */
  realistic: boolean;
}

export interface Person {
  id: string;
  name: string;
  role: 'leader' | 'member';
  work: 'bdr' | 'csm' | 'lead';
  team: string;
  parentTeam: string;
  /** Id of the leader of the team; empty for leaders. */
  manager: string;
  since: Day;
}

export interface Company {
  id: string;
  name: string;
  industry: string;
  country: string;
  employees: number;
  /** Id of the person in charge. */
  owner: string;
}

/** What happened on a day; `at` is the instant, `day` its day in the zone of the organisation. */
export interface Dated {
  day: Day;
  at: string;
}

export interface StageEvent extends Dated {
  stage: string;
}

/** A lead or a contact of a partner list. Amounts in cents. */
export interface Item {
  id: string;
  name: string;
  owner: string;
  /** Empty for contacts. */
  company: string;
  category: string;
  value: number;
  events: StageEvent[];
  /** The list on which a contact stands; null for leads. */
  list: string | null;
}

/** What was known of a partner list from a day on. */
export interface ListVersion {
  knownOn: Day;
  due: Day | null;
  sent: Day | null;
  /** The day on which the lead was lost and the list with it. */
  closed: Day | null;
}

export interface PartnerListRow {
  id: string;
  /** Id of the lead. */
  item: string;
  name: string;
  owner: string;
  size: number;
  opened: Day;
  versions: ListVersion[];
}

export interface Activity {
  id: string;
  type: 'call' | 'meeting' | 'email' | 'qbr';
  owner: string;
  company: string;
  item: string;
  scheduled: Dated | null;
  completed: Dated | null;
  outcome: '' | 'completed' | 'no_show' | 'cancelled' | 'rescheduled';
  seconds: number;
}

/** A sale that comes from no item; cents. Shares in percent by person; none when the owner sold alone. */
export interface Sale extends Dated {
  id: string;
  owner: string;
  company: string;
  amount: number;
  shares: [person: string, percent: number][];
}

export interface ArrMovement extends Dated {
  id: string;
  company: string;
  owner: string;
  kind: 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation' | 'handover';
  amount: number;
}

export interface Renewal {
  id: string;
  company: string;
  owner: string;
  due: Day;
  outcome: 'open' | 'renewed' | 'lost';
  decided: Dated | null;
  amount: number;
}

export interface SurveyAnswer extends Dated {
  id: string;
  company: string;
  owner: string;
  contact: string;
  score: number;
}

export interface Task {
  id: string;
  title: string;
  owner: string;
  company: string;
  opened: Dated;
  due: Day;
  state: 'open' | 'done' | 'dropped';
  done: Dated | null;
  updates: (Dated & { id: string; progress: number })[];
}

export interface Interaction extends Dated {
  id: string;
  company: string;
  owner: string;
  kind: 'call' | 'meeting' | 'email' | 'message' | 'workshop' | 'visit';
  topic: string;
}

/** Figures that a company told as of a day; cents, and hundredths of a percent. */
export interface CompanyFigures {
  id: string;
  company: string;
  owner: string;
  asOf: Day;
  payingCustomers: number;
  arr: number;
  retention: number;
  cac: number;
  averageDeal: number;
}

export interface Programme {
  name: string;
  starts: Day;
  ends: Day;
  enrolments: { company: string; from: Day; until: Day | null }[];
}

export interface Dataset {
  options: DatasetOptions;
  people: Person[];
  companies: Company[];
  leads: Item[];
  contacts: Item[];
  lists: PartnerListRow[];
  activities: Activity[];
  sales: Sale[];
  movements: ArrMovement[];
  renewals: Renewal[];
  answers: SurveyAnswer[];
  tasks: Task[];
  interactions: Interaction[];
  figures: CompanyFigures[];
  programmes: Programme[];
}
