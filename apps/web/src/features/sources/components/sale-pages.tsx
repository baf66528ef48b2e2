import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { CreateSale, Sale } from '@waymark/contracts';
import { useMay } from '../../../shared/api/session.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { saleQuery, useCorrectSale, useCreateSale } from '../api/sales.js';
import { CompanyLink, Line } from './companies/company-link.js';
import { moneyText } from './money.js';
import { SaleForm, salesText } from './sale-form.js';

/** A sale that no deal stands for, in any currency. */
export function NewSalePage() {
  const t = useText(salesText);
  const go = useGo();
  const say = useToast();
  const create = useCreateSale();
  const send = async (values: Partial<CreateSale>) => {
    const made = await create.mutateAsync(values as CreateSale);
    say(t('created'));
    await go(`/sales/${made.id}`);
  };
  return (
    <Page title={t('new')} trail={[t('title')]}>
      <Card>
        <SaleForm sale={null} label={t('create')} send={send} cancel={() => void go('/sales')} />
      </Card>
    </Page>
  );
}

/** When a sale was made, as it is shown: the day alone where nobody knows the time. */
export function useSoldAt(): (sale: Sale) => string {
  const clock = useClock();
  return ({ occurredAt, dayOnly }) => (dayOnly ? dayText(clock.dayOf(occurredAt)) : clock.instant(occurredAt));
}

/** What a sale counts, and by which rate; or why it does not. */
export function useCounted() {
  const t = useText(salesText);
  return ({ counted, rate, rateOn }: Sale) =>
    counted === null
      ? t('noRate')
      : rate !== null && rateOn !== null
        ? t('countedAt', { amount: moneyText(counted), rate, day: dayText(rateOn) })
        : moneyText(counted);
}

/** One sale as it is known now, who is credited, and its correction. */
export function SalePage() {
  const t = useText(salesText);
  const { saleId } = useParams({ strict: false }) as { saleId: string };
  const sale = useQuery(saleQuery(saleId));
  const writes = useMay('sales.write');
  const { data } = sale;
  return (
    <Page
      title={t('sale')}
      trail={[t('title')]}
      lead={data && <Line parts={[moneyText(data.amount), data.owner.name, data.company && <CompanyLink company={data.company} />]} />}
    >
      <Loaded query={sale} lines={8}>
        {(one) => (
          <div className="wm-stack">
            <SaleFacts sale={one} />
            {writes && <Correction key={one.version} sale={one} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function SaleFacts({ sale }: { sale: Sale }) {
  const t = useText(salesText);
  const soldAt = useSoldAt();
  const counted = useCounted();
  return (
    <Card>
      <Facts
        items={[
          [t('at'), soldAt(sale)],
          [t('amount'), moneyText(sale.amount)],
          [t('counted'), counted(sale)],
          [t('deal'), sale.item ? <AppLink to={`/deals/${sale.item.id}`}>{sale.item.name}</AppLink> : '–'],
          [t('note'), sale.note ?? '–'],
          [t('recordedBy'), sale.recordedBy ?? t('source')],
          [t('version'), sale.version],
        ]}
      />
      <DataTable
        caption={t('shares')}
        hideCaption={false}
        rows={sale.shares}
        rowKey={({ user }) => user.id}
        columns={[
          { key: 'person', label: t('person'), cell: ({ user }) => user.name },
          { key: 'share', label: t('share'), cell: ({ share }) => t('percent', { share }), numeric: true },
          { key: 'amount', label: t('amount'), cell: ({ amount }) => moneyText(amount), numeric: true },
          { key: 'counted', label: t('counted'), cell: (part) => (part.counted ? moneyText(part.counted) : '–'), numeric: true },
        ]}
      />
    </Card>
  );
}

function Correction({ sale }: { sale: Sale }) {
  const t = useText(salesText);
  const say = useToast();
  const correct = useCorrectSale(sale);
  const send = async (values: Partial<CreateSale>) => {
    await correct.mutateAsync(values);
    say(t('corrected'));
  };
  return (
    <Card title={t('correct')}>
      <p className="wm-muted">{sale.item ? t('dealText') : t('correctText')}</p>
      <SaleForm sale={sale} label={t('correct')} send={send} />
    </Card>
  );
}
