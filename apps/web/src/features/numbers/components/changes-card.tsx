import { useInfiniteQuery } from '@tanstack/react-query';
import type { MetricChange, MetricChanges } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { changesQuery, type NumberAsked } from '../../../shared/receipts/queries.js';
import { Button, TextInput } from '../../../shared/ui/controls.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card } from '../../../shared/ui/page.js';
import { Skeleton, Trouble } from '../../../shared/ui/states.js';
import { DataTable } from '../../../shared/ui/table.js';
import { dayStart } from './day-start.js';
import { numbersText } from './text.js';

interface ChangesProps {
  asked: NumberAsked;
  part: string | undefined;
  since: string | undefined;
  choose: (since: string | undefined) => void;
}

/** What became of the rows of a number since the beginning of a day: which came in, went out, or have another amount, and why. */
export function ChangesCard({ asked, part, since, choose }: ChangesProps) {
  const t = useText(numbersText);
  const clock = useClock();
  return (
    <Card title={t('changes')}>
      <div className="wm-filters">
        <TextInput
          type="date"
          label={t('since')}
          value={since ?? ''}
          max={clock.today}
          onChange={(event) => choose(event.currentTarget.value || undefined)}
        />
      </div>
      {since && since <= clock.today && <Changes asked={asked} part={part} since={dayStart(since, clock.zone)} />}
    </Card>
  );
}

function Changes({ asked, part, since }: { asked: NumberAsked; part: string | undefined; since: string }) {
  const t = useText(numbersText);
  const changes = useInfiniteQuery(changesQuery({ ...asked, since, ...(part && { part }) }));
  if (changes.isPending) return <Skeleton lines={5} />;
  if (changes.isError) return <Trouble error={changes.error} retry={() => void changes.refetch()} />;
  const { pages } = changes.data;
  const [first] = pages as [MetricChanges];
  const rows = pages.flatMap(({ items }) => items);
  return (
    <>
      <p role="status">{t('difference', { before: first.before.display, after: first.after.display })}</p>
      {first.parts.map((one) => (
        <section key={one.key}>
          <h3>{t('partDifference', { label: one.label, difference: one.difference.display })}</h3>
          {one.rows.length === 0 ? (
            <p>{t('none')}</p>
          ) : (
            <ul>
              {one.rows.map((group) => (
                <li key={`${group.change} ${group.reason}`}>
                  {t('group', { rows: group.rows, change: t(`change.${group.change}`), text: group.text, amount: group.amount.display })}
                  {group.hiddenRows > 0 && ` (${t('groupHidden', { rows: group.hiddenRows })})`}
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
      {rows.length > 0 && <ChangeRows rows={rows} />}
      {changes.hasNextPage && (
        <Button variant="default" loading={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </>
  );
}

function ChangeRows({ rows }: { rows: MetricChange[] }) {
  const t = useText(numbersText);
  return (
    <DataTable<MetricChange>
      caption={t('changes')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        { key: 'what', label: t('what'), cell: (row) => (row.link ? <AppLink to={row.link}>{row.what}</AppLink> : row.what) },
        { key: 'person', label: t('person'), cell: (row) => row.owner.name },
        { key: 'change', label: t('change'), cell: (row) => t(`change.${row.change}`) },
        { key: 'why', label: t('why'), cell: (row) => row.reasonText },
        { key: 'before', label: t('before'), cell: (row) => row.before.display, numeric: true },
        { key: 'after', label: t('after'), cell: (row) => row.after.display, numeric: true },
      ]}
    />
  );
}
