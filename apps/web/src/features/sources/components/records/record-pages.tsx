import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMay } from '../../../../shared/api/session.js';
import { useText } from '../../../../shared/i18n/catalogue.js';
import { useClock } from '../../../../shared/i18n/time.js';
import { Button } from '../../../../shared/ui/controls.js';
import { useGo } from '../../../../shared/ui/link.js';
import { Card, Facts, Page } from '../../../../shared/ui/page.js';
import { Loaded, Trouble } from '../../../../shared/ui/states.js';
import { useToast } from '../../../../shared/ui/toasts.js';
import { type FactRecord, recordQuery, useCorrectRecord, useCreateRecord } from '../../api/records.js';
import { CompanyLink, Line } from '../companies/company-link.js';
import { RecordForm } from './record-form.js';
import { type RecordKind, recordsText } from './record-kind.js';
import { useKind } from './records-page.js';
import { useShown } from './shown.js';

/** A record that no system tracks (SRC-13). */
export function NewRecordPage() {
  const kind = useKind();
  return <NewOfKind key={kind.slug} kind={kind} />;
}

function NewOfKind({ kind }: { kind: RecordKind }) {
  const t = useText(recordsText);
  const go = useGo();
  const say = useToast();
  const create = useCreateRecord(kind.slug);
  const send = async (message: object) => {
    const made = await create.mutateAsync(message);
    say(t('created'));
    await go(`/records/${kind.slug}/${made.id}`);
  };
  return (
    <Page title={t(kind.add)} trail={[t(kind.title)]}>
      <Card>
        <RecordForm kind={kind} record={null} label={t('create')} send={send} cancel={() => void go(`/records/${kind.slug}`)} />
      </Card>
    </Page>
  );
}

/** One record as it is known now, what can be done with it, and its correction. */
export function RecordPage() {
  const kind = useKind();
  const { recordId } = useParams({ strict: false }) as { recordId: string };
  return <OneOfKind key={recordId} kind={kind} recordId={recordId} />;
}

function OneOfKind({ kind, recordId }: { kind: RecordKind; recordId: string }) {
  const t = useText(recordsText);
  const record = useQuery(recordQuery(kind.slug, recordId));
  const writes = useMay(kind.writes);
  const { data } = record;
  const lead = data && <Line parts={[data.company && <CompanyLink company={data.company} />, data.owner?.name]} />;
  return (
    <Page title={t(kind.one)} trail={[t(kind.title)]} lead={lead}>
      <Loaded query={record} lines={8}>
        {(one) => (
          <div className="wm-stack">
            <RecordFacts kind={kind} record={one} />
            {writes && <Actions key={`actions ${one.version}`} kind={kind} record={one} />}
            {writes && <Correction key={one.version} kind={kind} record={one} />}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

interface OneProps {
  kind: RecordKind;
  record: FactRecord;
}

function RecordFacts({ kind, record }: OneProps) {
  const t = useText(recordsText);
  const clock = useClock();
  const shown = useShown();
  return (
    <Card>
      <Facts
        items={[
          ...kind.fields.map((field): [string, string] => [t(field.label), shown(field, record)]),
          ...(record.recordedBy === undefined ? [] : [[t('recordedBy'), record.recordedBy ?? t('source')] as [string, string]]),
          ...(record.knownAt === undefined ? [] : [[t('knownAt'), clock.instant(record.knownAt)] as [string, string]]),
          [t('version'), String(record.version)],
        ]}
      />
    </Card>
  );
}

function Actions({ kind, record }: OneProps) {
  const t = useText(recordsText);
  const say = useToast();
  const correct = useCorrectRecord(kind.slug, record);
  const possible = (kind.actions ?? []).filter(({ when }) => Object.entries(when).every(([name, value]) => record[name] === value));
  if (possible.length === 0) return null;
  return (
    <Card>
      <div className="wm-row">
        {possible.map(({ label, change }) => (
          <Button
            key={label}
            variant="default"
            loading={correct.isPending}
            onClick={() =>
              void correct.mutateAsync(change).then(
                () => say(t('corrected')),
                () => undefined,
              )
            }
          >
            {t(label)}
          </Button>
        ))}
      </div>
      {correct.isError && <Trouble error={correct.error} />}
    </Card>
  );
}

function Correction({ kind, record }: OneProps) {
  const t = useText(recordsText);
  const say = useToast();
  const correct = useCorrectRecord(kind.slug, record);
  const send = async (message: object) => {
    await correct.mutateAsync(message);
    say(t(kind.changes ? 'changed' : 'corrected'));
  };
  return (
    <Card title={t(kind.changes ? 'change' : 'correct')}>
      {!kind.changes && <p className="wm-muted">{t('correctText')}</p>}
      <RecordForm kind={kind} record={record} label={t(kind.changes ? 'change' : 'correct')} send={send} />
    </Card>
  );
}
