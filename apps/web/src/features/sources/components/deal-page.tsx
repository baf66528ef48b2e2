import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { PipelineItem } from '@waymark/contracts';
import { useState } from 'react';
import { queries } from '../../../shared/api/queries.js';
import { useMay } from '../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { Button, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { useRefusalPanel } from '../../../shared/ui/restricted.js';
import { DataTable } from '../../../shared/ui/table.js';
import { Loaded, Trouble } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { dealEventsQuery, dealQuery, useChangeDeal, useDuplicateDeal } from '../api/deals.js';
import { CompanyLink, Line } from './companies/company-link.js';
import { dealField, useWorth } from './deal-worth.js';
import { listsText } from './partner-list-words.js';
import { sourcesText } from './text.js';

/** One deal: move it to another stage, change it, see every change. */
export function DealPage() {
  const t = useText(sourcesText);
  const { dealId } = useParams({ strict: false }) as { dealId: string };
  const deal = useQuery(dealQuery(dealId));
  const { data } = deal;
  const worth = useWorth();
  const writes = useMay('deals.write');
  return (
    <Page
      title={data?.name ?? t('deal')}
      trail={[t('title')]}
      lead={data && <Line parts={[data.owner.name, data.company && <CompanyLink company={data.company} />, data.stage.label, worth(data)]} />}
      actions={
        data &&
        writes && (
          <>
            {data.listId === null && <NewList deal={data} />}
            <Duplicate deal={data} />
          </>
        )
      }
    >
      <Loaded query={deal} lines={8}>
        {(item) => (
          <div className="wm-stack">
            {writes && (
              <div className="wm-columns">
                <MoveStage key={item.stage.key} deal={item} />
                <DealForm key={item.version} deal={item} />
              </div>
            )}
            <History id={item.id} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function NewList({ deal }: { deal: PipelineItem }) {
  const t = useText(listsText);
  const go = useGo();
  return (
    <Button variant="default" onClick={() => void go('/lists/new', { item: deal.id })}>
      {t('new')}
    </Button>
  );
}

function Duplicate({ deal }: { deal: PipelineItem }) {
  const t = useText(sourcesText);
  const go = useGo();
  const say = useToast();
  const refused = useRefusalPanel();
  const duplicate = useDuplicateDeal(deal.id);
  const run = () =>
    duplicate.mutate(undefined, {
      onError: refused,
      onSuccess: (copy) => {
        say(t('duplicated'));
        void go(`/deals/${copy.id}`);
      },
    });
  return (
    <Button variant="default" loading={duplicate.isPending} onClick={run}>
      {t('duplicate')}
    </Button>
  );
}

function MoveStage({ deal }: { deal: PipelineItem }) {
  const t = useText(sourcesText);
  const say = useToast();
  const refused = useRefusalPanel();
  const stages = useQuery({ ...queries.stages(), staleTime: Infinity });
  const change = useChangeDeal(deal);
  const [stage, setStage] = useState(deal.stage.key);
  const run = (event: React.FormEvent) => {
    event.preventDefault();
    if (stage !== deal.stage.key)
      change.mutate({ stage }, { onError: refused, onSuccess: (moved) => say(t('moved', { name: moved.name, stage: moved.stage.label })) });
  };
  const options = stages.data?.items ?? [{ key: deal.stage.key, label: deal.stage.label, qualified: deal.stage.qualified }];
  return (
    <Card title={t('moveTo')}>
      <p className="wm-muted">{t('moveText')}</p>
      <form className="wm-form" onSubmit={run}>
        <NativeSelect
          label={t('stage')}
          value={stage}
          onChange={(event) => setStage(event.currentTarget.value)}
          data={options.map(({ key, label, qualified }) => ({ value: key, label: qualified ? t('stageOption', { label }) : label }))}
        />
        {change.isError && <Trouble error={change.error} />}
        <div>
          <Button type="submit" loading={change.isPending} disabled={stage === deal.stage.key}>
            {t('move')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function DealForm({ deal }: { deal: PipelineItem }) {
  const t = useText(sourcesText);
  const say = useToast();
  const change = useChangeDeal(deal);
  const others = useMay('restrictions.decide');
  const initial = {
    name: deal.name,
    value: deal.value.amount,
    currency: deal.value.currency,
    expectedCloseOn: deal.expectedCloseOn ?? '',
    companyId: deal.company?.id ?? '',
    ownerId: deal.owner.id,
  };
  const editor = useProblemForm({
    initial,
    fieldOf: dealField,
    send: async ({ name, value, currency, expectedCloseOn, companyId, ownerId }) => {
      await change.mutateAsync({
        ...(name !== initial.name && { name }),
        ...((value !== initial.value || currency !== initial.currency) && { value: { amount: value, currency } }),
        ...(expectedCloseOn !== initial.expectedCloseOn && { expectedCloseOn: expectedCloseOn || null }),
        ...(companyId !== initial.companyId && { companyId: companyId || null }),
        ...(ownerId !== initial.ownerId && { ownerId }),
      });
      say(t('saved'));
    },
  });
  const field = editor.form.getInputProps;
  return (
    <Card title={t('details')}>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <TextInput label={t('name')} required maxLength={120} {...field('name')} />
        <div className="wm-form-row">
          <TextInput label={t('value')} required inputMode="decimal" maxLength={20} {...field('value')} />
          <TextInput label={t('currency')} description={t('currencyHint')} required maxLength={3} {...field('currency')} />
        </div>
        <TextInput type="date" label={t('closeOn')} {...field('expectedCloseOn')} />
        <CompanySelect label={t('company')} {...field('companyId')} />
        {others && <PersonSelect label={t('owner')} required {...field('ownerId')} />}
        <FormEnd of={editor} label={t('save')} />
      </form>
    </Card>
  );
}

function History({ id }: { id: string }) {
  const t = useText(sourcesText);
  const clock = useClock();
  const worth = useWorth();
  const events = useQuery(dealEventsQuery(id));
  return (
    <Card title={t('history')}>
      <Loaded query={events}>
        {({ items }) => (
          <DataTable
            caption={t('history')}
            rows={items}
            rowKey={(event) => event.id}
            columns={[
              { key: 'at', label: t('at'), cell: (event) => (event.undated ? t('undated') : clock.instant(event.occurredAt)) },
              { key: 'stage', label: t('what'), cell: (event) => event.stage.label },
              { key: 'owner', label: t('owner'), cell: (event) => event.owner.name },
              { key: 'value', label: t('value'), cell: worth, numeric: true },
              { key: 'by', label: t('by'), cell: (event) => event.recordedBy ?? '–' },
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}
