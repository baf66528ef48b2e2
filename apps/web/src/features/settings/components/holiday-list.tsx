import { useQuery } from '@tanstack/react-query';
import type { Holiday } from '@waymark/contracts';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText } from '../../../shared/i18n/time.js';
import { Button, TextInput } from '../../../shared/ui/controls.js';
import { EmptyState, Loaded, Trouble } from '../../../shared/ui/states.js';
import { type Column, DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { holidaysQuery, useAddHoliday, useRemoveHoliday } from '../api/settings.js';
import { settingsText } from './text.js';

/** Days without work, and a new one. */
export function HolidayList() {
  const t = useText(settingsText);
  const holidays = useQuery(holidaysQuery);
  return (
    <>
      <h3>{t('holidays')}</h3>
      <Loaded query={holidays}>
        {({ items }) => (items.length === 0 ? <EmptyState title={t('noHolidays')} text={t('noHolidaysText')} /> : <HolidayTable holidays={items} />)}
      </Loaded>
      <HolidayForm />
    </>
  );
}

function HolidayTable({ holidays }: { holidays: Holiday[] }) {
  const t = useText(settingsText);
  const remove = useRemoveHoliday();
  const columns: Column<Holiday>[] = [
    { key: 'day', label: t('day'), cell: ({ day }) => dayText(day) },
    { key: 'name', label: t('holidayName'), cell: ({ name }) => name },
    {
      key: 'remove',
      label: t('removeColumn'),
      cell: ({ day, name }) => (
        <Button
          variant="default"
          size="compact-sm"
          loading={remove.isPending && remove.variables === day}
          onClick={() => remove.mutate(day)}
          aria-label={t('removeOf', { name, day: dayText(day) })}
        >
          {t('remove')}
        </Button>
      ),
    },
  ];
  return (
    <>
      {remove.isError && <Trouble error={remove.error} />}
      <DataTable caption={t('holidays')} columns={columns} rows={holidays} rowKey={({ day }) => day} />
    </>
  );
}

function HolidayForm() {
  const t = useText(settingsText);
  const say = useToast();
  const add = useAddHoliday();
  const initial = { day: '', name: '' };
  const editor = useProblemForm({
    initial,
    send: async (values) => {
      await add.mutateAsync(values);
      editor.form.setValues(initial);
      say(t('saved'));
    },
  });
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <div className="wm-form-row">
        <TextInput type="date" label={t('day')} required {...editor.form.getInputProps('day')} />
        <TextInput label={t('holidayName')} required maxLength={120} {...editor.form.getInputProps('name')} />
      </div>
      <FormEnd of={editor} label={t('addHoliday')} />
    </form>
  );
}
