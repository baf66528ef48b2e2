import type { Pool } from 'pg';

/** What must be nowhere, whatever was killed, cut off or stopped: one query each, whose rows name what is wrong. */
const wrongs: Record<string, string> = {
  'an audit chain is not whole': `select t.slug || ': ' || f.fault as what from tenants t cross join lateral app.audit_faults(t.id) f`,
  'an audit chain has gaps or forks': `select t.slug as what from tenants t join audit_heads h on h.tenant_id = t.id
     where h.seq <> (select count(*) from audit_chain c where c.tenant_id = t.id) or h.seq <> (select count(*) from audit_events e where e.tenant_id = t.id)`,
  'an item without history': `select i.name as what from pipeline_items i
     where not exists (select 1 from pipeline_events e where e.tenant_id = i.tenant_id and e.item_id = i.id and e.known_to is null)`,
  'an item that is not what its last event says': `select i.name as what from pipeline_items i join lateral (
       select e.* from pipeline_events e where e.tenant_id = i.tenant_id and e.item_id = i.id and e.known_to is null order by e.occurred_at desc, e.sequence desc limit 1) e on true
     where (i.stage_id, i.owner_id, i.value_minor) is distinct from (e.stage_id, e.owner_id, e.value_minor)`,
  'a key without its answer': `select operation || ' ' || key as what from idempotency_keys where status is null`,
  'a gate with two verdicts': `select gate_id::text as what from verdicts group by tenant_id, gate_id having count(*) > 1`,
  'a gate that is judged without a verdict, or the other way round': `select g.id::text as what from gates g left join verdicts v on v.tenant_id = g.tenant_id and v.gate_id = g.id
     where (g.state in ('passed', 'failed', 'not_evaluable')) <> (v.id is not null) and g.state not in ('passed_late', 'waived')`,
  'two restrictions of a kind for one gate': `select gate_id::text as what from restrictions group by tenant_id, gate_id, user_id, kind having count(*) > 1`,
  'a restriction without a failed verdict': `select r.id::text as what from restrictions r
     where not exists (select 1 from verdicts v where v.tenant_id = r.tenant_id and v.gate_id = r.gate_id and v.outcome = 'failed')`,
  'a notice given twice': `select dedupe_key as what from notifications group by tenant_id, user_id, dedupe_key having count(*) > 1`,
  'work done twice': `select job as what from job_slots group by tenant_id, job, scheduled_for, subject_id having count(*) > 1`,
};

/** Every broken invariant as "what is wrong: which"; nothing when all hold. `admin` sees all organisations. */
export async function brokenInvariants(admin: Pool): Promise<string[]> {
  const found: string[] = [];
  for (const [wrong, sql] of Object.entries(wrongs))
    for (const { what } of (await admin.query<{ what: string }>(sql)).rows) found.push(`${wrong}: ${what}`);
  return found;
}
