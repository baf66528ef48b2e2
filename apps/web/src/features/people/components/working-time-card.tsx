import { useQuery } from '@tanstack/react-query';
import type { Absence, AbsenceKind, UserDetail } from '@waymark/contracts';
import { useState } from 'react';
import { ProblemError } from '../../../shared/api/client.js';
import { useMay } from '../../../shared/api/session.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { catalogue, useText } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/absences.json' with { type: 'json' };
import { dayText } from '../../../shared/i18n/time.js';
import { Button, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { Card, Facts } from '../../../shared/ui/page.js';
import { EmptyState, Loaded, Trouble } from '../../../shared/ui/states.js';
import { type Column, DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { absencesQuery, useRemoveAbsence, useSaveAbsence } from '../api/absences.js';
import { useChangePerson } from '../api/people.js';

const absencesText = catalogue('absences', messages);
const kinds: readonly AbsenceKind[] = ['leave', 'sick', 'other'];

/** How much a person works and when the person is away, for those who may know. */
export function WorkingTimeCard({ person }: { person: UserDetail }) {
  const t = useText(absencesText);
  const absences = useQuery(absencesQuery(person.id));
  const [managesPeople, managesAbsences] = [useMay('people.manage'), useMay('absences.manage')];
  // Whom one may not see being away is answered as not found; then there is nothing to show.
  const hidden = absences.error instanceof ProblemError && [403, 404].includes(absences.error.problem.status);
  return (
    <Card title={t('title')}>
      {managesPeople ? (
        <WorkFraction key={person.version} person={person} />
      ) : (
        <Facts items={[[t('workFraction'), t('percent', { percent: person.workPercent })]]} />
      )}
      {!hidden && (
        <>
          <h3>{t('absences')}</h3>
          <Loaded query={absences}>{({ items }) => <Absences userId={person.id} items={items} manages={managesAbsences} />}</Loaded>
          <p className="wm-muted">{t('lead')}</p>
        </>
      )}
    </Card>
  );
}

function WorkFraction({ person }: { person: UserDetail }) {
  const t = useText(absencesText);
  const say = useToast();
  const change = useChangePerson(person);
  const editor = useProblemForm({
    initial: { workPercent: String(person.workPercent) },
    send: async ({ workPercent }) => {
      await change.mutateAsync({ workPercent: Number(workPercent) });
      say(t('saved'));
    },
  });
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <TextInput
        inputMode="numeric"
        label={t('workPercent')}
        description={t('workPercentHint')}
        required
        {...editor.form.getInputProps('workPercent')}
      />
      <FormEnd of={editor} label={t('saveFraction')} />
    </form>
  );
}

function Absences({ userId, items, manages }: { userId: string; items: Absence[]; manages: boolean }) {
  const t = useText(absencesText);
  const [edited, edit] = useState<Absence | null>(null);
  const remove = useRemoveAbsence(userId);
  const actions: Column<Absence> = {
    key: 'actions',
    label: t('actions'),
    cell: (absence) => (
      <span className="wm-row">
        <Button variant="default" size="compact-sm" aria-label={t('editOf', { day: dayText(absence.fromOn) })} onClick={() => edit(absence)}>
          {t('edit')}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          aria-label={t('removeOf', { day: dayText(absence.fromOn) })}
          loading={remove.isPending && remove.variables.id === absence.id}
          onClick={() => remove.mutate(absence)}
        >
          {t('remove')}
        </Button>
      </span>
    ),
  };
  const columns: Column<Absence>[] = [
    { key: 'from', label: t('fromOn'), cell: ({ fromOn }) => dayText(fromOn) },
    { key: 'until', label: t('untilOn'), cell: ({ untilOn }) => (untilOn ? dayText(untilOn) : t('open')) },
    { key: 'kind', label: t('kind'), cell: ({ kind }) => t(`kind.${kind ?? 'away'}`) },
    ...(manages ? [actions] : []),
  ];
  return (
    <>
      {remove.isError && <Trouble error={remove.error} />}
      {items.length === 0 ? (
        <EmptyState title={t('none')} text={t('noneText')} />
      ) : (
        <DataTable caption={t('absences')} columns={columns} rows={items} rowKey={({ id }) => id} />
      )}
      {manages && <AbsenceForm key={edited ? `${edited.id} ${edited.version}` : 'new'} userId={userId} absence={edited} done={() => edit(null)} />}
    </>
  );
}

/** A new absence, or the one that is being changed. */
function AbsenceForm({ userId, absence, done }: { userId: string; absence: Absence | null; done: () => void }) {
  const t = useText(absencesText);
  const say = useToast();
  const save = useSaveAbsence(userId, absence);
  const initial = { kind: absence?.kind ?? ('leave' as AbsenceKind), fromOn: absence?.fromOn ?? '', untilOn: absence?.untilOn ?? '' };
  const editor = useProblemForm({
    initial,
    send: async (values) => {
      await save.mutateAsync({ ...values, untilOn: values.untilOn || null });
      say(t('saved'));
      if (absence) done();
      else editor.form.setValues(initial);
    },
  });
  const field = editor.form.getInputProps;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <h3>{absence ? t('editing', { day: dayText(absence.fromOn) }) : t('add')}</h3>
      <div className="wm-form-row">
        <TextInput type="date" label={t('fromOn')} required {...field('fromOn')} />
        <TextInput type="date" label={t('untilOn')} description={t('untilHint')} {...field('untilOn')} />
      </div>
      <NativeSelect
        label={t('kind')}
        description={t('kindHint')}
        data={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        {...field('kind')}
      />
      <FormEnd of={editor} label={absence ? t('save') : t('add')} {...(absence && { cancel: done })} />
    </form>
  );
}
