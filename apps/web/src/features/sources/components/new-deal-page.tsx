import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../shared/api/queries.js';
import { useMay, useMe } from '../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useCreateDeal } from '../api/deals.js';
import { dealField } from './deal-worth.js';
import { sourcesText } from './text.js';

/** A new lead or deal. A refusal by a restriction opens its summary. */
export function NewDealPage() {
  const t = useText(sourcesText);
  const me = useMe();
  const go = useGo();
  const say = useToast();
  const create = useCreateDeal();
  const stages = useQuery({ ...queries.stages(), staleTime: Infinity });
  const products = useQuery({ ...queries.products(), staleTime: 60_000 });
  const others = useMay('restrictions.decide');
  const editor = useProblemForm({
    initial: {
      name: '',
      stage: 'prospecting',
      ownerId: '',
      companyId: '',
      productId: '',
      value: '',
      currency: me.organisation.currency,
      expectedCloseOn: '',
    },
    fieldOf: dealField,
    send: async ({ name, stage, value, currency, ...optional }) => {
      const set = Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== ''));
      const deal = await create.mutateAsync({ name, stage, ...set, ...(value && { value: { amount: value, currency } }) });
      say(t('created'));
      await go(`/deals/${deal.id}`);
    },
  });
  const field = editor.form.getInputProps;
  const open = stages.data?.items.filter(({ kind }) => kind === 'lead' || kind === 'deal') ?? [];
  return (
    <Page title={t('new')} trail={[t('title')]}>
      <Card>
        <form className="wm-form" onSubmit={editor.submit} noValidate>
          <TextInput label={t('name')} required maxLength={120} {...field('name')} />
          <div className="wm-form-row">
            <NativeSelect
              label={t('stage')}
              required
              data={open.map(({ key, label, qualified }) => ({ value: key, label: qualified ? t('stageOption', { label }) : label }))}
              {...field('stage')}
            />
            <NativeSelect
              label={t('product')}
              data={[{ value: '', label: '–' }, ...(products.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
              {...field('productId')}
            />
          </div>
          <div className="wm-form-row">
            <TextInput label={t('value')} description={t('valueHint')} inputMode="decimal" maxLength={20} {...field('value')} />
            <TextInput label={t('currency')} description={t('currencyHint')} required maxLength={3} {...field('currency')} />
          </div>
          <TextInput type="date" label={t('closeOn')} {...field('expectedCloseOn')} />
          <div className="wm-form-row">
            <CompanySelect label={t('company')} {...field('companyId')} />
            {others && <PersonSelect label={t('owner')} description={t('ownerHint')} {...field('ownerId')} />}
          </div>
          <FormEnd of={editor} label={t('create')} cancel={() => void go('/deals')} />
        </form>
      </Card>
    </Page>
  );
}
