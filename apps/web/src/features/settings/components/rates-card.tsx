import { useQuery } from '@tanstack/react-query';
import type { ExchangeRate } from '@waymark/contracts';
import { useState } from 'react';
import { useMe } from '../../../shared/api/session.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { catalogue, useText } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/rates.json' with { type: 'json' };
import { dayText } from '../../../shared/i18n/time.js';
import { Button, TextInput } from '../../../shared/ui/controls.js';
import { Card } from '../../../shared/ui/page.js';
import { EmptyState, Loaded, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { ratesQuery, useRemoveRate, useSaveRate } from '../api/rates.js';

const ratesText = catalogue('rates', messages);

/** What other currencies were worth (SRC-08). */
export function RatesCard() {
  const t = useText(ratesText);
  const rates = useQuery(ratesQuery);
  const [edited, edit] = useState<ExchangeRate | null>(null);
  return (
    <Card title={t('title')}>
      <p className="wm-muted">{t('text')}</p>
      <Loaded query={rates}>
        {({ items }) => (items.length === 0 ? <EmptyState title={t('none')} text={t('noneText')} /> : <RateTable rates={items} edit={edit} />)}
      </Loaded>
      <RateForm key={edited ? `${edited.id} ${edited.version}` : 'new'} rate={edited} done={() => edit(null)} />
    </Card>
  );
}

function RateTable({ rates, edit }: { rates: ExchangeRate[]; edit: (rate: ExchangeRate) => void }) {
  const t = useText(ratesText);
  const { currency: home } = useMe().organisation;
  const remove = useRemoveRate();
  const names = ({ currency, on }: ExchangeRate) => ({ currency, day: dayText(on) });
  const actions = (rate: ExchangeRate) => (
    <span className="wm-row">
      <Button variant="default" size="compact-sm" aria-label={t('editOf', names(rate))} onClick={() => edit(rate)}>
        {t('edit')}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={t('removeOf', names(rate))}
        loading={remove.isPending && remove.variables.id === rate.id}
        onClick={() => remove.mutate(rate)}
      >
        {t('remove')}
      </Button>
    </span>
  );
  return (
    <>
      {remove.isError && <Trouble error={remove.error} />}
      <DataTable<ExchangeRate>
        caption={t('title')}
        rows={rates}
        rowKey={({ id }) => id}
        columns={[
          { key: 'currency', label: t('currency'), cell: ({ currency }) => currency },
          { key: 'on', label: t('on'), cell: ({ on }) => dayText(on) },
          { key: 'rate', label: t('rate', { currency: home }), cell: ({ rate }) => rate, numeric: true },
          { key: 'actions', label: t('actions'), cell: actions },
        ]}
      />
    </>
  );
}

function RateForm({ rate, done }: { rate: ExchangeRate | null; done: () => void }) {
  const t = useText(ratesText);
  const { currency: home } = useMe().organisation;
  const say = useToast();
  const save = useSaveRate(rate);
  const initial = { currency: rate?.currency ?? '', on: rate?.on ?? '', rate: rate?.rate ?? '' };
  const editor = useProblemForm({
    initial,
    send: async (values) => {
      await save.mutateAsync(values);
      say(t('saved'));
      if (rate) done();
      else editor.form.setValues(initial);
    },
  });
  const field = editor.form.getInputProps;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <h3>{rate ? t('editing', { currency: rate.currency, day: dayText(rate.on) }) : t('add')}</h3>
      {!rate && (
        <div className="wm-form-row">
          <TextInput label={t('currency')} description={t('currencyHint')} required maxLength={3} {...field('currency')} />
          <TextInput type="date" label={t('on')} required {...field('on')} />
        </div>
      )}
      <TextInput label={t('rate', { currency: home })} description={t('rateHint')} required inputMode="decimal" maxLength={24} {...field('rate')} />
      <FormEnd of={editor} label={rate ? t('save') : t('add')} {...(rate && { cancel: done })} />
    </form>
  );
}
