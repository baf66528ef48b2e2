import type { Activity, CreateActivity } from '@waymark/contracts';
import { useMay, useMe } from '../../../shared/api/session.js';
import { CompanySelect, DealSelect, PersonSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { catalogue, useText } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/activities.json' with { type: 'json' };
import { NativeSelect, Textarea, TextInput } from '../../../shared/ui/controls.js';
import { instantOf, wallTime } from './wall-time.js';

export const activitiesText = catalogue('activities', messages);
export const activityTypes = ['call', 'meeting', 'email', 'qbr'] as const;
export const activityOutcomes = ['completed', 'no_show', 'cancelled', 'rescheduled'] as const;

interface FormProps {
  activity: Activity | null;
  label: string;
  send: (values: Partial<CreateActivity>) => Promise<void>;
  cancel?: () => void;
}

const emptyToNull = <T extends string>(text: T | '') => (text === '' ? null : text);

/** What an activity says, for a new one and for a correction. Times are those of the organisation's zone. */
export function ActivityForm({ activity, label, send, cancel }: FormProps) {
  const t = useText(activitiesText);
  const zone = useMe().organisation.timeZone;
  const others = useMay('restrictions.decide');
  const initial = {
    type: activity?.type ?? ('call' as Activity['type']),
    outcome: (activity ? (activity.outcome ?? '') : 'completed') as Activity['outcome'] | '',
    ownerId: activity?.owner.id ?? '',
    companyId: activity?.company?.id ?? '',
    itemId: activity?.item?.id ?? '',
    scheduledAt: wallTime(activity?.scheduledAt ?? null, zone),
    completedAt: wallTime(activity?.completedAt ?? null, zone),
    minutes: activity?.durationSeconds ? String(activity.durationSeconds / 60) : '',
    note: activity?.note ?? '',
  };
  const editor = useProblemForm({
    initial,
    fieldOf: (field) => (field === 'durationSeconds' ? 'minutes' : field),
    send: (values) => {
      // An instant that nobody touched keeps its seconds.
      const at = (field: 'scheduledAt' | 'completedAt') =>
        activity && values[field] === initial[field] ? activity[field] : instantOf(values[field], zone);
      return send({
        type: values.type,
        outcome: emptyToNull(values.outcome ?? ''),
        companyId: emptyToNull(values.companyId),
        itemId: emptyToNull(values.itemId),
        scheduledAt: at('scheduledAt'),
        completedAt: at('completedAt'),
        durationSeconds: values.minutes === '' ? null : Math.round(Number(values.minutes) * 60),
        note: emptyToNull(values.note),
        ...(values.ownerId && values.ownerId !== initial.ownerId && { ownerId: values.ownerId }),
      });
    },
  });
  const field = editor.form.getInputProps;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <div className="wm-form-row">
        <NativeSelect label={t('type')} required data={activityTypes.map((value) => ({ value, label: t(`type.${value}`) }))} {...field('type')} />
        <NativeSelect
          label={t('outcome')}
          data={[{ value: '', label: t('outcome.open') }, ...activityOutcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))]}
          {...field('outcome')}
        />
      </div>
      <div className="wm-form-row">
        <TextInput type="datetime-local" label={`${t('scheduledAt')} (${zone})`} {...field('scheduledAt')} />
        <TextInput type="datetime-local" label={`${t('completedAt')} (${zone})`} description={t('completedHint')} {...field('completedAt')} />
      </div>
      <div className="wm-form-row">
        <TextInput label={t('minutes')} inputMode="decimal" maxLength={6} {...field('minutes')} />
        <CompanySelect label={t('company')} {...field('companyId')} />
      </div>
      <DealSelect label={t('item')} chosen={activity?.item ?? null} {...field('itemId')} />
      {others && <PersonSelect label={t('owner')} description={activity ? undefined : t('ownerHint')} {...field('ownerId')} />}
      <Textarea label={t('note')} description={t('noteHint')} autosize minRows={2} maxLength={2000} {...field('note')} />
      <FormEnd of={editor} label={label} {...(cancel && { cancel })} />
    </form>
  );
}
