import { useQuery } from '@tanstack/react-query';
import type { MetricReceipt, MetricReceiptPart, MetricValue } from '@waymark/contracts';
import { useText } from '../i18n/catalogue.js';
import { dayText, useClock } from '../i18n/time.js';
import { AppLink } from '../ui/link.js';
import { Facts } from '../ui/page.js';
import { Loaded } from '../ui/states.js';
import { receiptsText } from './text.js';
import { type NumberAsked, receiptQuery, recordsPage } from './queries.js';

interface PanelProps {
  asked: NumberAsked;
  shown?: string;
}

/** A receipt: the number, how it comes about, and each part with the rows that count and those left out. */
export function ReceiptPanel({ asked, shown }: PanelProps) {
  const receipt = useQuery(receiptQuery(asked));
  return (
    <Loaded query={receipt} lines={8}>
      {(data) => (
        <div className="wm-stack">
          <p className="wm-kpi-value">{data.value.display}</p>
          <Notes receipt={data} shown={shown} />
          <ReceiptFacts receipt={data} />
          {data.parts.map((part) => (
            <Part key={part.key} part={part} asked={asked} />
          ))}
        </div>
      )}
    </Loaded>
  );
}

const reasons = ['no_base', 'no_data', 'not_yet', 'no_rate', 'no_feed'] as const;
const marks = ['low_sample', 'partial_feed'] as const;

/** Why there is no number, what must be known about it, and that it is not the one that the reader came from. */
export function Notes({ receipt, shown }: { receipt: MetricReceipt; shown?: string }) {
  const t = useText(receiptsText);
  return (
    <>
      <NoNumber value={receipt.value} />
      {marks
        .filter((mark) => receipt.marks.includes(mark))
        .map((mark) => (
          <p key={mark}>{t(`mark.${mark}`)}</p>
        ))}
      <Differs value={receipt.value} shown={shown} />
    </>
  );
}

/** Why there is no number, and that it is not the one that the reader came from. */
export function NotTheSame({ value, shown }: { value: MetricValue; shown?: string }) {
  return (
    <>
      <NoNumber value={value} />
      <Differs value={value} shown={shown} />
    </>
  );
}

function NoNumber({ value }: { value: MetricValue }) {
  const t = useText(receiptsText);
  const reason = reasons.find((one) => one === value.reason);
  return reason && <p>{t('noNumber', { reason: t(`reason.${reason}`) })}</p>;
}

function Differs({ value, shown }: { value: MetricValue; shown?: string }) {
  const t = useText(receiptsText);
  return shown !== undefined && shown !== value.display && <p className="wm-notice">{t('differs', { shown })}</p>;
}

export function ReceiptFacts({ receipt }: { receipt: MetricReceipt }) {
  const t = useText(receiptsText);
  const clock = useClock();
  const { window } = receipt;
  return (
    <>
      <p>{receipt.description}</p>
      <Facts
        items={[
          [t('formula'), receipt.formula],
          [t('numbers'), receipt.calculation],
          ...receipt.beside.map(({ label, value }): [string, string] => [label, value.display]),
          [t('whose'), receipt.scope],
          [t('window'), t('windowText', { from: dayText(window.from), to: dayText(window.to), zone: window.timeZone })],
          [t('computed'), clock.instant(receipt.asOf)],
          [t('version'), t('versionText', { version: receipt.version })],
        ]}
      />
    </>
  );
}

function Part({ part, asked }: { part: MetricReceiptPart; asked: NumberAsked }) {
  const t = useText(receiptsText);
  const { to, search } = recordsPage({ ...asked, part: part.key });
  return (
    <section className="wm-receipt-part">
      <h3>{t('part', { label: part.label, amount: part.counted.amount.display })}</h3>
      <PartRows part={part} />
      <p>
        <AppLink to={to} search={search} aria-label={`${t('records')}: ${part.label}`}>
          {t('records')}
        </AppLink>
      </p>
    </section>
  );
}

/** How many rows were looked at, what of them counts, and why the others do not. */
export function PartRows({ part }: { part: MetricReceiptPart }) {
  const t = useText(receiptsText);
  const left = part.candidates.rows - part.counted.rows;
  const hidden = part.hidden.counted;
  return (
    <>
      <p>{t('candidates', { rows: part.candidates.rows, counted: part.counted.rows, left })}</p>
      {part.conditions.length > 0 && <p className="wm-muted">{t('conditions', { list: part.conditions.join(', ') })}</p>}
      {part.leftOut.length > 0 && (
        <ul aria-label={t('leftOut')}>
          {part.leftOut.map(({ reason, text, rows, amount }) => (
            <li key={reason}>
              {amount.unit === 'money' ? t('leftOutMoney', { rows, text, amount: amount.display }) : t('leftOutLine', { rows, text })}
            </li>
          ))}
        </ul>
      )}
      {hidden.rows > 0 && <p className="wm-notice">{t('hidden', { rows: hidden.rows, amount: hidden.amount.display })}</p>}
    </>
  );
}
