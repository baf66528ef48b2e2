import type { INestApplicationContext } from '@nestjs/common';
import type { CompanyRole } from '@waymark/contracts';
import { addDays, type Day, type Role } from '@waymark/kernel';
import { Db } from './platform/database/db.js';
import { currentContext } from './platform/request-context.js';
import { CompanyPeopleService } from './sources/companies/company-people.service.js';
import { UsersService } from './sources/people/users.service.js';

interface Assigned {
  name: string;
  role: Role;
  as: CompanyRole;
  /** Of the companies of a programme, by external id, those from one place to before another. */
  companies: readonly [programme: string, from: number, to: number][];
  /** Those of them where it is over, with the first that it is not. */
  over?: number;
}

const people: readonly Assigned[] = [
  { name: 'Irma Coelho', role: 'coach', as: 'coach', companies: [['Market entry', 0, 6]] },
  {
    ...{ name: 'Otto Lima', role: 'coach', as: 'coach', over: 2 },
    companies: [
      ['Scale-up', 0, 6],
      ['Market entry', 5, 7],
    ],
  },
  { name: 'Fabio Reis', role: 'founder', as: 'member', companies: [['Market entry', 0, 1]] },
  { name: 'Flora Neves', role: 'founder', as: 'member', companies: [['Market entry', 1, 2]] },
];

/** A director, coaches and founders of the second demo, with the companies that they coach or belong to (SRC-01, SRC-12). */
export async function loadPeopleOfCompanies(app: INestApplicationContext, today: Day): Promise<void> {
  const users = app.get(UsersService);
  const assignments = app.get(CompanyPeopleService);
  await users.create({ name: 'Dora Dias', roles: ['director'] });
  const enrolled = await companiesByProgramme(app);
  for (const { name, role, as, companies, over = 0 } of people) {
    const { id: userId } = await users.create({ name, roles: [role] });
    const chosen = companies.flatMap(([programme, from, to]) => enrolled.get(programme)?.slice(from, to) ?? []);
    for (const [place, company] of chosen.entries())
      await assignments.assign(company, { userId, role: as, fromOn: addDays(today, -200), untilOn: place < over ? addDays(today, -30) : null });
  }
}

async function companiesByProgramme(app: INestApplicationContext): Promise<Map<string, string[]>> {
  const rows = await app.get(Db).many<{ name: string; companies: string[] }>(
    `select p.name, array_agg(c.id order by c.external_id) as companies from enrolments e join programmes p on p.tenant_id = $1 and p.id = e.programme_id
     join companies c on c.tenant_id = $1 and c.id = e.company_id where e.tenant_id = $1 group by p.name`,
    [currentContext().tenantId],
  );
  return new Map(rows.map(({ name, companies }) => [name, companies]));
}
