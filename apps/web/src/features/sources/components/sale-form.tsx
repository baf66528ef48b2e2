import type { CreateSale, Sale } from '@waymark/contracts';
import { useMay, useMe } from '../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { catalogue, useText } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/sales.json' with { type: 'json' };
import { Button, Textarea, TextInput } from '../../../shared/ui/controls.js';
import { instantOf, wallTime } from './wall-time.js';

export const salesText = catalogue('sales', messages);

interface ShareRow {
  userId: string;
  share: string;
}

interface FormProps {
  sale: Sale | null;
  label: string;
  send: (values: Partial<CreateSale>) => Promise<void>;
  cancel?: () => void;
}

/** Field of the form for a field of the request: shares stand as one. */
const fieldOf = (field: string) =>
  field.startsWith('shares') ? 'shares' : ({ 'amount.amount': 'amount', 'amount.currency': 'currency' }[field] ?? field);

/** What a sale says, for a new one and for a correction; of a deal's sale only shares and note. */
export function SaleForm({ sale, label, send, cancel }: FormProps) {
  const t = useText(salesText);
  const { organisation } = useMe();
  const others = useMay('restrictions.decide');
  const zone = organisation.timeZone;
  const ofDeal = sale !== null && sale.item !== null;
  const divided = sale !== null && (sale.shares.length > 1 || sale.shares[0]?.user.id !== sale.owner.id);
  const initial = {
    ownerId: sale?.owner.id ?? '',
    companyId: sale?.company?.id ?? '',
    amount: sale?.amount.amount ?? '',
    currency: sale?.amount.currency ?? organisation.currency,
    occurredAt: wallTime(sale?.occurredAt ?? null, zone),
    shares: (divided ? sale.shares.map(({ user, share }) => ({ userId: user.id, share })) : []) as ShareRow[],
    note: sale?.note ?? '',
  };
  const editor = useProblemForm({
    initial,
    fieldOf,
    send: ({ ownerId, companyId, amount, currency, occurredAt, shares, note }) =>
      send({
        shares,
        note: note === '' ? null : note,
        ...(!ofDeal && {
          amount: { amount, currency },
          companyId: companyId === '' ? null : companyId,
          ...(occurredAt !== initial.occurredAt && { occurredAt: instantOf(occurredAt, zone) ?? undefined }),
          ...(ownerId && ownerId !== initial.ownerId && { ownerId }),
        }),
      }),
  });
  const field = editor.form.getInputProps;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      {!ofDeal && (
        <>
          <div className="wm-form-row">
            <TextInput label={t('amount')} description={t('amountHint')} required inputMode="decimal" maxLength={20} {...field('amount')} />
            <TextInput label={t('currency')} description={t('currencyHint')} required maxLength={3} {...field('currency')} />
          </div>
          <div className="wm-form-row">
            <TextInput type="datetime-local" label={`${t('at')} (${zone})`} description={t('atHint')} {...field('occurredAt')} />
            <CompanySelect label={t('company')} {...field('companyId')} />
          </div>
          {others && <PersonSelect label={t('owner')} description={sale ? undefined : t('ownerHint')} {...field('ownerId')} />}
        </>
      )}
      <Shares rows={editor.form.values.shares} set={(rows) => editor.form.setFieldValue('shares', rows)} error={editor.form.errors['shares']} />
      <Textarea label={t('note')} description={t('noteHint')} autosize minRows={2} maxLength={2000} {...field('note')} />
      <FormEnd of={editor} label={label} {...(cancel && { cancel })} />
    </form>
  );
}

function Shares({ rows, set, error }: { rows: ShareRow[]; set: (rows: ShareRow[]) => void; error: React.ReactNode }) {
  const t = useText(salesText);
  const change = (at: number, part: Partial<ShareRow>) => set(rows.map((row, n) => (n === at ? { ...row, ...part } : row)));
  return (
    <fieldset className="wm-form">
      <legend>{t('shares')}</legend>
      <p className="wm-muted">{t('sharesHint')}</p>
      {rows.map((row, n) => (
        <div className="wm-form-row" key={n}>
          <PersonSelect label={t('shareOf', { n: n + 1 })} required value={row.userId} onChange={(userId) => change(n, { userId })} />
          <TextInput
            label={t('share')}
            inputMode="decimal"
            required
            maxLength={8}
            value={row.share}
            onChange={(event) => change(n, { share: event.currentTarget.value })}
          />
          <Button variant="default" aria-label={t('removeShare', { n: n + 1 })} onClick={() => set(rows.filter((_, at) => at !== n))}>
            ×
          </Button>
        </div>
      ))}
      {error && (
        <p role="alert" aria-live="polite">
          {error}
        </p>
      )}
      <div>
        <Button variant="default" onClick={() => set([...rows, { userId: '', share: '' }])}>
          {t('addShare')}
        </Button>
      </div>
    </fieldset>
  );
}
