import type { Company, PatchCompanyRequest } from '@waymark/contracts';
import { useMe } from '../../../../shared/api/session.js';
import { CompanySelect, PersonSelect } from '../../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../../shared/forms/problem-form.js';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { TextInput } from '../../../../shared/ui/controls.js';
import { useGo } from '../../../../shared/ui/link.js';
import { Card, Page } from '../../../../shared/ui/page.js';
import { useToast } from '../../../../shared/ui/toasts.js';
import { useChangeCompany, useCreateCompany } from '../../api/companies.js';
import { companiesText } from './text.js';

type Values = Record<'name' | 'industry' | 'country' | 'foundedYear' | 'employees' | 'revenue' | 'ownerId' | 'parentId', string>;
/** What the server calls a part of an amount is one field here. */
const fieldOf = (field: string) => field.split('.')[0] as string;
const numbers = new Set(['foundedYear', 'employees']);

/** A new company. */
export function NewCompanyPage() {
  const t = useText(companiesText);
  const go = useGo();
  const say = useToast();
  const create = useCreateCompany();
  const send = async ({ name, ...details }: PatchCompanyRequest) => {
    const company = await create.mutateAsync({ ...details, name: name ?? '' });
    say(t('created'));
    await go(`/companies/${company.id}`);
  };
  return (
    <Page title={t('new')} trail={[t('title')]}>
      <Card>
        <CompanyForm company={null} label={t('create')} send={send} cancel={() => void go('/companies')} />
      </Card>
    </Page>
  );
}

/** The details of a company, to be changed. */
export function ChangeCompany({ company }: { company: Company }) {
  const t = useText(companiesText);
  const say = useToast();
  const change = useChangeCompany(company);
  const send = async (details: PatchCompanyRequest) => {
    await change.mutateAsync(details);
    say(t('saved'));
  };
  return (
    <Card title={t('change')}>
      <CompanyForm company={company} label={t('save')} send={send} />
    </Card>
  );
}

interface FormProps {
  company: Company | null;
  label: string;
  send: (details: PatchCompanyRequest) => Promise<void>;
  cancel?: () => void;
}

function CompanyForm({ company, label, send, cancel }: FormProps) {
  const t = useText(companiesText);
  const { currency } = useMe().organisation;
  const initial = valuesOf(company);
  const editor = useProblemForm({ initial, fieldOf, send: (values) => send(changesOf(initial, values, currency)) });
  const field = editor.form.getInputProps;
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <TextInput label={t('name')} required maxLength={120} {...field('name')} />
      <div className="wm-form-row">
        <TextInput label={t('industry')} maxLength={120} {...field('industry')} />
        <TextInput label={t('country')} maxLength={120} {...field('country')} />
      </div>
      <div className="wm-form-row">
        <TextInput label={t('foundedYear')} inputMode="numeric" maxLength={4} {...field('foundedYear')} />
        <TextInput label={t('employees')} inputMode="numeric" maxLength={9} {...field('employees')} />
      </div>
      <TextInput label={t('revenue')} description={t('revenueHint', { currency })} inputMode="decimal" maxLength={20} {...field('revenue')} />
      <PersonSelect label={t('owner')} {...field('ownerId')} />
      <CompanySelect label={t('parent')} {...field('parentId')} />
      <FormEnd of={editor} label={label} {...(cancel && { cancel })} />
    </form>
  );
}

function valuesOf(company: Company | null): Values {
  return {
    name: company?.name ?? '',
    industry: company?.industry ?? '',
    country: company?.country ?? '',
    foundedYear: String(company?.foundedYear ?? ''),
    employees: String(company?.employees ?? ''),
    revenue: company?.revenue?.amount ?? '',
    ownerId: company?.ownerId ?? '',
    parentId: company?.parentId ?? '',
  };
}

/** What is different, as the API takes it: empty is nothing. What is no number is sent as it stands, so that the server names the field. */
function changesOf(before: Values, values: Values, currency: string): PatchCompanyRequest {
  const changed = (Object.keys(values) as (keyof Values)[]).filter((name) => values[name] !== before[name] || name === 'name');
  const told = changed.map((name) => {
    const text = values[name].trim();
    if (name === 'name') return [name, text];
    if (text === '') return [name, null];
    if (name === 'revenue') return [name, { amount: text, currency }];
    return [name, numbers.has(name) && /^\d+$/.test(text) ? Number(text) : text];
  });
  return Object.fromEntries(told) as PatchCompanyRequest;
}
