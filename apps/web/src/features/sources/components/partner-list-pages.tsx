import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { CorrectPartnerList, CreatePartnerList, PartnerListDetail, PartnerListDue } from '@waymark/contracts';
import { useMay } from '../../../shared/api/session.js';
import { PersonSelect } from '../../../shared/forms/person-select.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { dayText, useClock } from '../../../shared/i18n/time.js';
import { Textarea, TextInput } from '../../../shared/ui/controls.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { dealQuery } from '../api/deals.js';
import { partnerListQuery, useCorrectPartnerList, useCreatePartnerList } from '../api/partner-lists.js';
import { moneyText } from './money.js';
import { listsText, StateWord } from './partner-list-words.js';

const noneOrDay = (day: string | null) => (day === null ? '–' : dayText(day));

/** One list as it is known now, every due day that it had, and its correction (SRC-04). */
export function PartnerListPage() {
  const t = useText(listsText);
  const { listId } = useParams({ strict: false }) as { listId: string };
  const list = useQuery(partnerListQuery(listId));
  const writes = useMay('deals.write');
  return (
    <Page title={list.data?.name ?? t('list')} trail={[t('title')]} lead={list.data?.owner.name}>
      <Loaded query={list} lines={8}>
        {(one) => (
          <div className="wm-stack">
            <Card>
              <Facts
                items={[
                  [t('state'), <StateWord key="state" list={one} />],
                  [
                    t('item'),
                    <AppLink key="item" to={`/deals/${one.item.id}`}>
                      {one.item.name}
                    </AppLink>,
                  ],
                  [t('size'), one.partnerListSize ?? '–'],
                  [t('contacts'), one.contacts],
                  [t('opened'), dayText(one.openedOn)],
                  [t('due'), one.partnerListDueDate === null ? t('noDue') : dayText(one.partnerListDueDate)],
                  [t('sent'), noneOrDay(one.partnerListSentDate)],
                  [t('closed'), noneOrDay(one.closedOn)],
                  [t('firstSale'), noneOrDay(one.firstSaleDate)],
                  [t('total'), `${one.sales} · ${moneyText(one.totalSalesFromList)}`],
                  [t('note'), one.note ?? '–'],
                ]}
              />
            </Card>
            {writes && <Correction key={one.version} list={one} />}
            <DueHistory rows={one.dueHistory} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function DueHistory({ rows }: { rows: PartnerListDue[] }) {
  const t = useText(listsText);
  const clock = useClock();
  return (
    <Card title={t('history')}>
      <DataTable<PartnerListDue>
        caption={t('history')}
        rows={rows}
        rowKey={({ knownAt }) => knownAt}
        columns={[
          { key: 'due', label: t('due'), cell: ({ dueOn }) => (dueOn === null ? t('noDue') : dayText(dueOn)) },
          { key: 'known', label: t('known'), cell: ({ knownAt }) => clock.instant(knownAt) },
          { key: 'by', label: t('by'), cell: ({ recordedBy }) => recordedBy ?? t('source') },
        ]}
      />
    </Card>
  );
}

function Correction({ list }: { list: PartnerListDetail }) {
  const t = useText(listsText);
  const say = useToast();
  const correct = useCorrectPartnerList(list);
  const send = async (values: CorrectPartnerList) => {
    await correct.mutateAsync(values);
    say(t('corrected'));
  };
  return (
    <Card title={t('correct')}>
      <ListForm list={list} ownerId={list.owner.id} label={t('save')} send={send} />
    </Card>
  );
}

/** The list that a lead gave or agreed to give; the lead stands in the address. */
export function NewPartnerListPage() {
  const t = useText(listsText);
  const go = useGo();
  const say = useToast();
  const create = useCreatePartnerList();
  const { item = '' } = useSearch({ strict: false }) as { item?: string };
  const lead = useQuery({ ...dealQuery(item), enabled: item !== '' });
  const send = async (values: CorrectPartnerList) => {
    const made = await create.mutateAsync({ itemId: item, ...told(values) } as CreatePartnerList);
    say(t('created'));
    await go(`/lists/${made.id}`);
  };
  return (
    <Page title={t('new')} trail={[t('title')]} lead={lead.data?.name}>
      {item === '' ? (
        <EmptyState title={t('noLead')} text={t('noneText')} />
      ) : (
        <Loaded query={lead}>
          {(found) => (
            <Card>
              <ListForm list={null} ownerId={found.owner.id} label={t('create')} send={send} cancel={() => void go(`/deals/${found.id}`)} />
            </Card>
          )}
        </Loaded>
      )}
    </Page>
  );
}

interface FormProps {
  list: PartnerListDetail | null;
  /** Whose it is to begin with. */
  ownerId: string;
  label: string;
  send: (values: CorrectPartnerList) => Promise<void>;
  cancel?: () => void;
}

function ListForm({ list, ownerId, label, send, cancel }: FormProps) {
  const t = useText(listsText);
  const initial = {
    ownerId,
    openedOn: list?.openedOn ?? '',
    partnerListSize: list?.partnerListSize?.toString() ?? '',
    partnerListDueDate: list?.partnerListDueDate ?? '',
    partnerListSentDate: list?.partnerListSentDate ?? '',
    closedOn: list?.closedOn ?? '',
    note: list?.note ?? '',
  };
  const editor = useProblemForm({
    initial,
    send: ({ ownerId: owner, openedOn, partnerListSize, ...words }) => {
      const texts = Object.fromEntries(Object.entries(words).map(([name, text]) => [name, text === '' ? null : text]));
      return send({
        ...texts,
        partnerListSize: partnerListSize === '' ? null : Number(partnerListSize),
        ...(openedOn !== '' && openedOn !== initial.openedOn && { openedOn }),
        ...(owner !== '' && owner !== ownerId && { ownerId: owner }),
      });
    },
  });
  const field = editor.form.getInputProps;
  // Whoever sees the own facts alone has nobody else to choose.
  const others = useMay('restrictions.decide');
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <div className="wm-form-row">
        <TextInput type="date" label={t('opened')} description={list ? undefined : t('openedHint')} {...field('openedOn')} />
        {others && <PersonSelect label={t('owner')} description={list ? undefined : t('ownerHint')} required {...field('ownerId')} />}
      </div>
      <div className="wm-form-row">
        <TextInput type="date" label={t('due')} {...field('partnerListDueDate')} />
        <TextInput type="date" label={t('sent')} {...field('partnerListSentDate')} />
        <TextInput type="date" label={t('closed')} {...field('closedOn')} />
        <TextInput label={t('size')} inputMode="numeric" maxLength={7} {...field('partnerListSize')} />
      </div>
      <Textarea label={t('note')} autosize minRows={2} maxLength={2000} {...field('note')} />
      <FormEnd of={editor} label={label} {...(cancel && { cancel })} />
    </form>
  );
}

/** A new list leaves out what is not known. */
function told(values: CorrectPartnerList): Partial<CreatePartnerList> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
