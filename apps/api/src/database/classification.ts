/**
 * What every column of every table of an organisation holds (PLAT-11). This one list drives the export of a person's data, erasure, the export of a
 * whole organisation and the record of processing in docs/privacy.md. A column that is in no class fails the build.
 *
 * `personal` says something about a person or may name one; `business` says something about the business; `secret` opens a door; `technical` is
 * neither: ids, versions, instants, hashes. An id of a person is technical: after an erasure it leads to nobody.
 */
export interface TableClass {
  /** What the rows are for. */
  purpose: string;
  /** How long they stay. */
  retention: string;
  personal?: readonly string[];
  business?: readonly string[];
  secret?: readonly string[];
  technical?: readonly string[];
  /** Condition that chooses the rows about a person ($2), for the own export; null where rows are about nobody. `t` is the table. */
  about: string | null;
  /** Columns of free text or JSON in which a person may be named: an erasure puts the pseudonym in the place of the name. */
  mentions?: readonly string[];
  /** Columns whose value is another person's id in a row that belongs to this one: left out of a person's export. */
  others?: readonly string[];
  /** False: the rows never leave the installation with an organisation's export. */
  moves: boolean;
}

const columns = (text: string): readonly string[] => text.split(' ');
const asLongAs = 'as long as the organisation';
const owned = 't.owner_id = $2';
const goalOf = 'exists (select 1 from goals g where g.tenant_id = t.tenant_id and g.id = t.goal_id and g.owner_user_id = $2)';
const gateOf = 'exists (select 1 from gates x where x.tenant_id = t.tenant_id and x.id = t.gate_id and x.user_id = $2)';

export const classification: Record<string, TableClass> = {
  absences: {
    purpose: 'days on which people are away, so that targets and gates are fair',
    retention: 'until the person is erased',
    personal: columns('kind from_on until_on'),
    technical: columns('tenant_id id version user_id known_at known_to'),
    about: 't.user_id = $2',
    moves: true,
  },
  activities: {
    purpose: 'calls, meetings and mails that count for goals',
    retention: asLongAs,
    personal: columns('note'),
    business: columns('external_id type scheduled_at completed_at outcome duration_seconds'),
    technical: columns('tenant_id id entry_id version owner_id company_id item_id known_at known_to day_only backfilled recorded_by'),
    about: owned,
    mentions: columns('external_id note'),
    others: columns('recorded_by'),
    moves: true,
  },
  api_keys: {
    purpose: 'doors for other systems that act for a person',
    retention: asLongAs,
    personal: columns('label'),
    business: columns('scopes'),
    secret: columns('hash'),
    technical: columns('tenant_id id created_by created_at expires_at last_used_at revoked_at revoked_by'),
    about: 't.created_by = $2',
    mentions: columns('label'),
    others: columns('revoked_by'),
    moves: false,
  },
  arr_movements: {
    purpose: 'movements of the recurring revenue of customers',
    retention: asLongAs,
    business: columns('external_id occurred_at kind amount_minor currency'),
    technical: columns('tenant_id id version owner_id company_id known_at known_to day_only backfilled recorded_by'),
    about: owned,
    mentions: columns('external_id'),
    others: columns('recorded_by'),
    moves: true,
  },
  audit_chain: {
    purpose: 'seal over the audit trail',
    retention: asLongAs,
    technical: columns('tenant_id seq event_id prev hash'),
    about: null,
    moves: true,
  },
  audit_events: {
    purpose: 'who changed what and who read whose restriction',
    retention: asLongAs,
    personal: columns('before after reason'),
    technical: columns('tenant_id id at actor_id request_id action object_type object_id subject_id'),
    about: '(t.actor_id = $2 or t.subject_id = $2)',
    others: columns('actor_id subject_id'),
    moves: true,
  },
  audit_heads: { purpose: 'end of the sealed trail', retention: asLongAs, technical: columns('tenant_id seq hash'), about: null, moves: true },
  companies: {
    purpose: 'customers and prospects',
    retention: asLongAs,
    business: columns('external_id name industry country founded_year employees revenue_minor'),
    technical: columns('tenant_id id owner_id parent_id created_at version'),
    about: owned,
    moves: true,
  },
  daily_measures: {
    purpose: 'sums of facts per person and day',
    retention: asLongAs,
    business: columns('measure on_day sum count'),
    technical: columns('tenant_id owner_id'),
    about: owned,
    moves: true,
  },
  erasures: {
    purpose: 'who was erased, so that a restored backup can be erased again',
    retention: asLongAs,
    technical: columns('tenant_id user_id pseudonym erased_by erased_at'),
    about: 't.user_id = $2',
    others: columns('erased_by'),
    moves: true,
  },
  exchange_rates: {
    purpose: 'what a unit of another currency was worth, so that sales in it can be added',
    retention: asLongAs,
    business: columns('currency rate_on rate'),
    technical: columns('tenant_id id recorded_by version'),
    about: null,
    moves: true,
  },
  gate_policies: {
    purpose: 'rules of gates',
    retention: asLongAs,
    business: columns('name archived_at'),
    technical: columns('tenant_id id created_by created_at version'),
    about: null,
    mentions: columns('name'),
    moves: true,
  },
  gate_policy_versions: {
    purpose: 'rules of gates as they were published',
    retention: asLongAs,
    business: columns('number state definition published_at backfilled'),
    technical: columns('tenant_id id policy_id definition_hash published_by created_at version'),
    about: null,
    moves: true,
  },
  gate_runs: {
    purpose: 'previews and runs of gates with their outcome per person',
    retention: asLongAs,
    personal: columns('result'),
    business: columns('mode state accepted_percent judged_at'),
    technical: columns('tenant_id id period_id policy_version_id definition_hash requested_by created_at'),
    about: null,
    mentions: columns('result'),
    moves: true,
  },
  gates: {
    purpose: 'gates of a person with measured values',
    retention: asLongAs,
    personal: columns('state state_reason cured_at live live_holds live_at'),
    business: columns('step_order name step blocking target starts_at deadline_on deadline_at judge_at ends_at'),
    technical: columns('tenant_id id goal_id user_id policy_version_id'),
    about: 't.user_id = $2',
    mentions: columns('live'),
    moves: true,
  },
  goal_restatements: {
    purpose: 'what values of locked periods would be by what became known later',
    retention: asLongAs,
    personal: columns('value_num value_den value_reason'),
    business: columns('restated_at'),
    technical: columns('tenant_id id goal_id'),
    about: goalOf,
    moves: true,
  },
  goal_history: {
    purpose: 'values of goals over time',
    retention: asLongAs,
    personal: columns('value_num value_den value_reason progress_bp expected_bp status status_reason'),
    business: columns('target recorded_at'),
    technical: columns('tenant_id id goal_id'),
    about: goalOf,
    moves: true,
  },
  goal_periods: {
    purpose: 'periods of goals',
    retention: asLongAs,
    business: columns('name kind starts_on ends_on time_zone starts_at ends_at state settle_days activated_at locked_at'),
    technical: columns('tenant_id id backfilled created_at version'),
    about: null,
    mentions: columns('name'),
    moves: true,
  },
  goals: {
    purpose: 'goals of people and teams with their present value',
    retention: asLongAs,
    personal: columns('name value_num value_den value_reason progress_bp expected_bp status status_reason'),
    business: columns('type metric direction baseline target stretch target_known_at state computed_at'),
    technical: columns('tenant_id id period_id owner_user_id owner_team_id created_by created_at version'),
    about: 't.owner_user_id = $2',
    mentions: columns('name'),
    others: columns('created_by'),
    moves: true,
  },
  holidays: {
    purpose: 'days without work',
    retention: asLongAs,
    business: columns('on_day name'),
    technical: columns('tenant_id'),
    about: null,
    moves: true,
  },
  idempotency_keys: {
    purpose: 'answers of repeated requests',
    retention: 'a day',
    personal: columns('answer'),
    technical: columns('tenant_id user_id operation key request_hash rights status created_at'),
    about: null,
    moves: false,
  },
  import_chunks: {
    purpose: 'file of an import while it runs',
    retention: 'until the import ends',
    personal: columns('bytes'),
    technical: columns('tenant_id import_id sequence'),
    about: null,
    moves: false,
  },
  import_findings: {
    purpose: 'what an import found in which line',
    retention: asLongAs,
    personal: columns('value message'),
    business: columns('line severity code field column_name cell'),
    technical: columns('tenant_id id import_id'),
    about: null,
    mentions: columns('value message'),
    moves: true,
  },
  imports: {
    purpose: 'files that were imported',
    retention: asLongAs,
    personal: columns('file_name failure mapping'),
    business: columns('source file_bytes dry_run all_or_nothing state phase cancel_requested rows_read bytes_read counts'),
    technical: columns('tenant_id id file_sha256 requested_by created_at finished_at'),
    about: 't.requested_by = $2',
    mentions: columns('file_name failure mapping'),
    moves: true,
  },
  ingest_calls: {
    purpose: 'calls of other systems and what became of their rows, for who builds them',
    retention: 'the latest two hundred of each key',
    business: columns('source dry_run row_count created updated unchanged refused problems'),
    technical: columns('tenant_id id api_key_id user_id at'),
    about: 't.user_id = $2',
    moves: false,
  },
  job_slots: {
    purpose: 'work that is due',
    retention: 'until it is done and for the days of its job',
    personal: columns('last_error'),
    technical: columns('id job tenant_id scheduled_for subject_id state attempts retry_at done_at'),
    about: null,
    moves: false,
  },
  metric_audits: {
    purpose: 'proof that stored sums are what the facts say',
    retention: '400 days',
    technical: columns('tenant_id id audited_at days differences examples'),
    about: null,
    moves: false,
  },
  metric_dirty: {
    purpose: 'measures that wait to be computed anew',
    retention: 'seconds',
    technical: columns('tenant_id id source owner_id on_day'),
    about: null,
    moves: true,
  },
  notifications: {
    purpose: 'messages of the own inbox',
    retention: asLongAs,
    personal: columns('code params sentence read_at'),
    technical: columns('tenant_id id user_id dedupe_key link created_at'),
    about: 't.user_id = $2',
    mentions: columns('params sentence'),
    moves: true,
  },
  one_time_links: {
    purpose: 'invitations and links for a new password',
    retention: 'until they are used or over, and for the days of their job',
    secret: columns('hash address_hash'),
    technical: columns('tenant_id id user_id kind created_at expires_at used_at voided_at'),
    about: null,
    moves: false,
  },
  outbox: {
    purpose: 'mails on their way',
    retention: 'until they are sent, and for the days of their job',
    personal: columns('payload last_error'),
    technical: columns('tenant_id id dedupe_key channel user_id state attempts available_at expires_at created_at done_at'),
    about: null,
    moves: false,
  },
  index_weights: {
    purpose: 'weights of the performance index and since when they hold',
    retention: asLongAs,
    business: columns('calls agreements lists sales'),
    technical: columns('tenant_id id known_at recorded_by'),
    about: null,
    others: columns('recorded_by'),
    moves: true,
  },
  partner_list_versions: {
    purpose: 'what is known of partner lists: how many contacts, when due and when sent',
    retention: asLongAs,
    personal: columns('name note'),
    business: columns('partners opened_on opened_at due_on has_due late_at sent_on sent_at closed_on closed_at closed_by ended_at'),
    technical: columns('tenant_id id list_id version owner_id known_at known_to backfilled recorded_by'),
    about: owned,
    mentions: columns('name note'),
    others: columns('recorded_by'),
    moves: true,
  },
  partner_lists: {
    purpose: 'lists of partner contacts that came from a lead',
    retention: asLongAs,
    business: columns('external_id'),
    technical: columns('tenant_id id item_id created_at'),
    about: null,
    mentions: columns('external_id'),
    moves: true,
  },
  pipeline_events: {
    purpose: 'history of deals',
    retention: asLongAs,
    business: columns(
      'occurred_at undated day_only kind qualified value_minor currency expected_close_on category entered ended_at step agreement partner',
    ),
    technical: columns('tenant_id id item_id external_key sequence known_at known_to backfilled stage_id owner_id company_id recorded_by'),
    about: owned,
    mentions: columns('external_key category'),
    others: columns('recorded_by'),
    moves: true,
  },
  pipeline_items: {
    purpose: 'deals and leads',
    retention: asLongAs,
    personal: columns('name note'),
    business: columns(
      'external_id kind qualified value_minor currency expected_close_on category agreement_date partner_list_due_date partner_list_sent_date first_sale_date partner_list_size total_sales_from_list_minor',
    ),
    technical: columns('tenant_id id stage_id owner_id company_id product_id list_id changed_at created_at version'),
    about: owned,
    mentions: columns('name note external_id category'),
    moves: true,
  },
  pipeline_stages: {
    purpose: 'stages of the pipeline',
    retention: asLongAs,
    business: columns('key label position family kind qualified'),
    technical: columns('tenant_id id'),
    about: null,
    moves: true,
  },
  products: {
    purpose: 'price list',
    retention: asLongAs,
    business: columns('name series list_price_minor'),
    technical: columns('tenant_id id'),
    about: null,
    moves: true,
  },
  renewals: {
    purpose: 'renewals of customers with their outcome',
    retention: asLongAs,
    business: columns('external_id due_on due_at outcome decided_at amount_minor currency'),
    technical: columns('tenant_id id version owner_id company_id known_at known_to day_only backfilled recorded_by'),
    about: owned,
    mentions: columns('external_id'),
    others: columns('recorded_by'),
    moves: true,
  },
  restriction_decisions: {
    purpose: 'what people decided about restrictions',
    retention: asLongAs,
    personal: columns('decision reason'),
    technical: columns('tenant_id id restriction_id decider_id evidence_hash decided_at'),
    about:
      'exists (select 1 from restrictions r where r.tenant_id = t.tenant_id and r.id = t.restriction_id and (r.user_id = $2 or t.decider_id = $2))',
    mentions: columns('reason'),
    others: columns('decider_id'),
    moves: true,
  },
  restrictions: {
    purpose: 'consequences of missed gates',
    retention: asLongAs,
    personal: columns('kind actions state imposed_at starts_at ends_at closed_at closed_reason'),
    technical: columns('tenant_id id gate_id user_id closed_by evidence_hash'),
    about: 't.user_id = $2',
    mentions: columns('closed_reason'),
    others: columns('closed_by'),
    moves: true,
  },
  sales: {
    purpose: 'revenue that counts for goals',
    retention: asLongAs,
    personal: columns('note'),
    business: columns(
      'external_id occurred_at day_only amount_minor currency share_ppm whole_minor given_minor given_whole_minor given_currency rate rate_on unrated from_list',
    ),
    technical: columns(
      'tenant_id id entry_id version position item_id owner_id seller_id company_id product_id list_id known_at known_to backfilled recorded_by',
    ),
    about: owned,
    mentions: columns('external_id note'),
    others: columns('seller_id recorded_by'),
    moves: true,
  },
  session_tokens: {
    purpose: 'refresh tokens of sessions',
    retention: 'a day after the session ended',
    secret: columns('hash successor'),
    technical: columns('tenant_id session_id created_at rotated_at'),
    about: null,
    moves: false,
  },
  sessions: {
    purpose: 'where a person is signed in',
    retention: '90 days after the session ended',
    personal: columns('kind device address created_at last_used_at expires_at revoked_at end_reason'),
    secret: columns('refresh_hash outside_key'),
    technical: columns('tenant_id id user_id'),
    about: 't.user_id = $2',
    moves: false,
  },
  survey_responses: {
    purpose: 'answers of contacts to surveys',
    retention: asLongAs,
    personal: columns('contact'),
    business: columns('external_id kind score answered_at'),
    technical: columns('tenant_id id version owner_id company_id known_at known_to day_only backfilled recorded_by'),
    about: owned,
    mentions: columns('external_id contact'),
    others: columns('recorded_by'),
    moves: true,
  },
  team_memberships: {
    purpose: 'who belongs to which team when',
    retention: asLongAs,
    personal: columns('role from_on until_on is_primary'),
    technical: columns('tenant_id id team_id user_id derived version'),
    about: 't.user_id = $2',
    moves: true,
  },
  teams: {
    purpose: 'teams',
    retention: asLongAs,
    business: columns('external_id name category archived_at'),
    technical: columns('tenant_id id parent_id version'),
    about: null,
    mentions: columns('external_id name category'),
    moves: true,
  },
  user_roles: {
    purpose: 'what a person may do',
    retention: asLongAs,
    personal: columns('role'),
    technical: columns('tenant_id user_id'),
    about: 't.user_id = $2',
    moves: true,
  },
  users: {
    purpose: 'people of the organisation',
    retention: 'until erased',
    personal: columns('external_id name email status work_percent mail_notices started_on'),
    secret: columns('password_hash'),
    technical: columns('tenant_id id service_account created_at version'),
    about: 't.id = $2',
    moves: true,
  },
  verdicts: {
    purpose: 'judgements of gates with their frozen evidence',
    retention: asLongAs,
    personal: columns('outcome evidence'),
    technical: columns('tenant_id id gate_id facts_until known_until judged_at evidence_hash'),
    about: gateOf,
    moves: true,
  },
};

export const columnClasses = ['personal', 'business', 'secret', 'technical'] as const;

/** The columns of a table with their class. */
export function classesOf(table: string): { column: string; kind: (typeof columnClasses)[number] }[] {
  return columnClasses.flatMap((kind) => (classification[table]?.[kind] ?? []).map((column) => ({ column, kind })));
}

/** The columns that a person's export and an organisation's export may hold: everything but keys to doors. */
export function openColumns(table: string): string[] {
  return classesOf(table)
    .filter(({ kind }) => kind !== 'secret')
    .map(({ column }) => column);
}
