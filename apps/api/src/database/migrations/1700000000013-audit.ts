import type { MigrationInterface, QueryRunner } from 'typeorm';
import { protectTenantTable } from '../tenant-table.js';

/**
 * The audit trail (PLAT-07): events that nobody changes, and a chain of hashes over them that is sealed at commit. The head row of a tenant is locked
 * only while a transaction commits, so writers never wait for each other's work and the chain cannot fork.
 */
export class Audit1700000000013 implements MigrationInterface {
  name = 'Audit1700000000013';

  async up(q: QueryRunner): Promise<void> {
    // People are named by id without a foreign key: its lock on the person's row would make a note wait for a run that restricts that person.
    await q.query(`create table audit_events (
      tenant_id uuid not null,
      id uuid not null default uuidv7(),
      at timestamptz(3) not null default clock_timestamp(),
      actor_id uuid,
      request_id text not null,
      action text not null constraint ck_audit_events_action check (length(action) between 1 and 120),
      object_type text not null,
      object_id text,
      subject_id uuid,
      before jsonb,
      after jsonb,
      reason text,
      constraint pk_audit_events primary key (tenant_id, id),
      constraint fk_audit_events_tenant foreign key (tenant_id) references tenants (id)
    )`);
    await q.query('create index ix_audit_events_object on audit_events (tenant_id, object_type, object_id, id desc)');
    await q.query('create index ix_audit_events_subject on audit_events (tenant_id, subject_id, id desc) where subject_id is not null');
    await q.query('create index ix_audit_events_actor on audit_events (tenant_id, actor_id, id desc)');
    await q.query(`create table audit_chain (
      tenant_id uuid not null,
      seq bigint not null,
      event_id uuid not null,
      prev text not null,
      hash text not null,
      constraint pk_audit_chain primary key (tenant_id, seq),
      constraint uq_audit_chain_prev unique (tenant_id, prev),
      constraint uq_audit_chain_event unique (tenant_id, event_id),
      constraint fk_audit_chain_event foreign key (tenant_id, event_id) references audit_events (tenant_id, id)
    )`);
    await q.query(`create table audit_heads (
      tenant_id uuid not null,
      seq bigint not null,
      hash text not null,
      constraint pk_audit_heads primary key (tenant_id),
      constraint fk_audit_heads_tenant foreign key (tenant_id) references tenants (id)
    )`);
    for (const statement of protectTenantTable('audit_events', 'select, insert')) await q.query(statement);
    for (const table of ['audit_chain', 'audit_heads']) for (const statement of protectTenantTable(table, 'select')) await q.query(statement);
    await q.query('grant select, insert on audit_chain to waymark_doors');
    await q.query('grant select, insert, update on audit_heads to waymark_doors');
    // Times as epoch milliseconds and JSON as an array: no two different events have one text. The tenant is left out, so that an organisation that
    // moves to another installation keeps its chain.
    await q.query(`create function app.audit_text(e audit_events) returns text language sql stable as
      $$ select jsonb_build_array(e.id, (extract(epoch from e.at) * 1000)::bigint, e.actor_id, e.request_id, e.action, e.object_type, e.object_id, e.subject_id,
           e.before, e.after, e.reason)::text $$`);
    await q.query(`create function app.audit_hash(prev text, content text) returns text language sql immutable as
      $$ select encode(sha256(convert_to(prev || content, 'UTF8')), 'hex') $$`);
    await q.query(`create function app.seal_audit() returns trigger language plpgsql security definer set search_path = public, pg_temp as
      $$ declare head audit_heads; sealed text;
      begin
        insert into audit_heads (tenant_id, seq, hash) values (new.tenant_id, 0, repeat('0', 64)) on conflict (tenant_id) do nothing;
        select * into head from audit_heads where tenant_id = new.tenant_id for update;
        sealed := app.audit_hash(head.hash, app.audit_text(new));
        insert into audit_chain (tenant_id, seq, event_id, prev, hash) values (new.tenant_id, head.seq + 1, new.id, head.hash, sealed);
        update audit_heads set seq = head.seq + 1, hash = sealed where tenant_id = new.tenant_id;
        return null;
      end $$`);
    // What does not fit: a changed or lost event, a link that was cut out, put in or forked, an end that was cut off.
    await q.query(`create function app.audit_faults(tenant_in uuid) returns table (seq bigint, fault text) language sql stable as
      $$ with links as (
           select c.seq, c.prev, c.hash, e.id as event_id, row_number() over (order by c.seq) as place, lag(c.hash, 1, repeat('0', 64)) over (order by c.seq) as before,
             case when e.id is not null then app.audit_hash(c.prev, app.audit_text(e)) end as content
           from audit_chain c left join audit_events e on e.tenant_id = c.tenant_id and e.id = c.event_id where c.tenant_id = tenant_in)
         select l.seq, 'a link before it is missing' from links l where l.seq <> l.place and not exists (select 1 from links m where m.seq = l.seq - 1)
         union all select l.seq, 'it does not follow from the link before' from links l where l.prev <> l.before
         union all select l.seq, 'its event is missing' from links l where l.event_id is null
         union all select l.seq, 'its event is not what was sealed' from links l where l.content <> l.hash
         union all select null, 'event ' || e.id || ' is not in the chain' from audit_events e where e.tenant_id = tenant_in
           and not exists (select 1 from audit_chain c where c.tenant_id = tenant_in and c.event_id = e.id)
         union all select h.seq, 'the chain ends elsewhere than its head says' from audit_heads h where h.tenant_id = tenant_in
           and not exists (select 1 from links l where l.seq = h.seq and l.hash = h.hash and l.seq = (select max(m.seq) from links m))
         union all select max(l.seq), 'the chain has no head' from links l having count(*) > 0 and not exists (select 1 from audit_heads h where h.tenant_id = tenant_in)
         order by 1 nulls last, 2 $$`);
    await q.query(`create function app.refuse_change() returns trigger language plpgsql as
      $$ begin raise exception 'the audit trail is never changed' using errcode = '42501'; end $$`);
    await q.query('grant usage on schema app to waymark_doors');
    await q.query('alter function app.seal_audit() owner to waymark_doors');
    await q.query(
      `create constraint trigger seal_audit after insert on audit_events deferrable initially deferred for each row execute function app.seal_audit()`,
    );
    for (const table of ['audit_events', 'audit_chain'])
      await q.query(
        `create trigger append_only before update or delete or truncate on ${table} for each statement execute function app.refuse_change()`,
      );
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('drop function app.audit_faults(uuid)');
    for (const table of ['audit_chain', 'audit_heads', 'audit_events']) await q.query(`drop table ${table} cascade`);
    for (const name of ['seal_audit()', 'refuse_change()', 'audit_hash(text, text)']) await q.query(`drop function app.${name}`);
    await q.query('revoke usage on schema app from waymark_doors');
  }
}
