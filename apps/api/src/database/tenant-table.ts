/** SQL statements that make a table tenant-owned: forced row-level security and the restrictive tenant policy (PLAT-01). */
export function protectTenantTable(table: string, grants = 'select, insert, update, delete'): string[] {
  return [
    `alter table ${table} owner to waymark_owner`,
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy tenant_isolation on ${table} as restrictive for all to public
       using (tenant_id = current_setting('app.tenant_id')::uuid)
       with check (tenant_id = current_setting('app.tenant_id')::uuid)`,
    `create policy tenant_rows on ${table} as permissive for all to waymark_app, waymark_worker using (true) with check (true)`,
    `grant ${grants} on ${table} to waymark_app, waymark_worker`,
  ];
}
