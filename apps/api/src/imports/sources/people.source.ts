import { roles } from '@waymark/kernel';
import { ImportPeople } from '../import-people.js';
import { defineImportSource } from '../import-source.js';
import { day, oneOf, text, whole } from '../source-fields.js';

export const people = defineImportSource({
  label: 'Roster: people, teams, managers, roles',
  description:
    'One row per person with the one team of that person. manager leads the team, parent_team lies above it, since is the first day in it, work_percent the work fraction. Empty cells leave what is known; people who are not in the file stay.',
  writes: ImportPeople,
  fields: {
    externalId: text(120),
    name: text(120, true),
    email: { kind: 'email', max: 254 },
    role: oneOf(roles),
    manager: text(120),
    team: text(120),
    teamCategory: text(120),
    parentTeam: text(120),
    since: day,
    startedOn: day,
    workPercent: whole(1, 100),
  },
});
