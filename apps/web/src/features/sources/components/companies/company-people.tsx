import { useQuery } from '@tanstack/react-query';
import type { AssignmentState, CompanyPerson, CompanyRole } from '@waymark/contracts';
import { useState } from 'react';
import { useMay, useMe } from '../../../../shared/api/session.js';
import { PersonSelect } from '../../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../../shared/forms/problem-form.js';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { dayBefore, dayText } from '../../../../shared/i18n/time.js';
import { Button, NativeSelect, TextInput } from '../../../../shared/ui/controls.js';
import { Card } from '../../../../shared/ui/page.js';
import { Loaded, Trouble } from '../../../../shared/ui/states.js';
import { DataTable } from '../../../../shared/ui/table.js';
import { useToast } from '../../../../shared/ui/toasts.js';
import { companyPeopleQuery, useAssign, useChangeAssignment } from '../../api/companies.js';
import { coaching } from './companies-page.js';
import { companiesText } from './text.js';

const states = ['current', 'coming', 'past'] as const;
const roles: readonly CompanyRole[] = ['coach', 'member'];

/** Who coaches the company and who belongs to it, now, earlier and later; what was ended can be taken up again. */
export function CompanyPeople({ companyId }: { companyId: string }) {
  const t = useText(companiesText);
  const assigns = useMay('companies.assign');
  const [state, setState] = useState<AssignmentState | ''>('current');
  const people = useQuery(companyPeopleQuery(companyId, { state: state || undefined }));
  const change = useChangeAssignment(companyId);
  const [ended, setEnded] = useState<CompanyPerson | null>(null);
  const { today } = useMe().organisation;
  const until = (one: CompanyPerson, untilOn: string | null, done: (after: CompanyPerson) => void) =>
    change.mutate({ id: one.id, version: one.version, untilOn }, { onSuccess: done });
  const action = (one: CompanyPerson) => {
    const ends = { current: today, coming: one.fromOn, past: null }[one.state];
    const [label, of] = ({ current: ['end', 'endOf'], coming: ['takeBack', 'takeBackOf'], past: ['takeUp', 'takeUpOf'] } as const)[one.state];
    return (
      <Button
        variant="default"
        size="xs"
        aria-label={t(of, { name: one.user.name })}
        disabled={change.isPending}
        onClick={() => until(one, ends, (after) => setEnded(ends === null ? null : after))}
      >
        {t(label)}
      </Button>
    );
  };
  return (
    <Card
      title={t('people')}
      aside={
        <NativeSelect
          aria-label={t('show')}
          size="xs"
          value={state}
          onChange={(event) => setState(states.find((one) => one === event.currentTarget.value) ?? '')}
          data={[...states.map((one) => ({ value: one as string, label: t(`state.${one}`) })), { value: '', label: t('state.any') }]}
        />
      }
    >
      {ended && (
        <p className="wm-notice" role="status">
          {t('ended', { name: ended.user.name })}{' '}
          <Button variant="default" size="xs" loading={change.isPending} onClick={() => until(ended, null, () => setEnded(null))}>
            {t('undo')}
          </Button>
        </p>
      )}
      {change.isError && <Trouble error={change.error} />}
      <Loaded query={people} lines={4}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="wm-muted">{t(state === 'current' ? 'nobody' : 'nobodyThen')}</p>
          ) : (
            <DataTable<CompanyPerson>
              caption={t('people')}
              rows={items}
              rowKey={(one) => one.id}
              columns={[
                { key: 'person', label: t('person'), cell: ({ user }) => user.name },
                { key: 'role', label: t('role'), cell: ({ role }) => t(`role.${role}`) },
                { key: 'from', label: t('from'), cell: ({ fromOn }) => dayText(fromOn) },
                { key: 'until', label: t('until'), cell: (one) => lastDay(one, t('open'), t('takenBack')) },
                { key: 'note', label: t('note'), cell: ({ note }) => note ?? '–' },
                ...(assigns ? [{ key: 'action', label: t('action'), cell: action }] : []),
              ]}
            />
          )
        }
      </Loaded>
    </Card>
  );
}

function lastDay({ fromOn, untilOn }: CompanyPerson, open: string, takenBack: string): string {
  if (untilOn === null) return open;
  return untilOn === fromOn ? takenBack : dayText(dayBefore(untilOn));
}

/** Makes somebody coach or member of the company. */
export function AssignPerson({ companyId }: { companyId: string }) {
  const t = useText(companiesText);
  const say = useToast();
  const { today } = useMe().organisation;
  const assign = useAssign(companyId);
  const initial = { role: 'coach' as CompanyRole, userId: '', fromOn: today, note: '' };
  const editor = useProblemForm({
    initial,
    send: async ({ note, ...values }) => {
      await assign.mutateAsync({ ...values, note: note.trim() || null });
      say(t('assigned'));
      editor.form.setValues({ ...initial, role: values.role });
      editor.form.resetDirty({ ...initial, role: values.role });
    },
  });
  const field = editor.form.getInputProps;
  const { role } = editor.form.values;
  return (
    <Card title={t('assign')}>
      <p className="wm-muted">{t('assignText')}</p>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <div className="wm-form-row">
          <NativeSelect label={t('role')} data={roles.map((one) => ({ value: one, label: t(`role.${one}`) }))} {...field('role')} />
          <TextInput type="date" label={t('from')} required {...field('fromOn')} />
        </div>
        <PersonSelect key={role} label={t('person')} required {...(role === 'coach' && { roles: coaching })} {...field('userId')} />
        <TextInput label={t('note')} description={t('noteHint')} maxLength={2000} {...field('note')} />
        <FormEnd of={editor} label={t('assign')} />
      </form>
    </Card>
  );
}
