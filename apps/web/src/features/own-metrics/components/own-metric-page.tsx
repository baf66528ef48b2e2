import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { OwnMetricDetail, OwnMetricVersion } from '@waymark/contracts';
import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { Button, NativeSelect } from '../../../shared/ui/controls.js';
import { useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded, Trouble } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { ownMetricQuery, sourcesQuery, useArchive, useChange, useCreate, usePublish, useRemove } from '../api/own-metrics.js';
import { DefinitionForm } from './definition-form.js';
import { ownText } from './text.js';

export function NewOwnMetricPage() {
  const t = useText(ownText);
  const go = useGo();
  const create = useCreate();
  const sources = useQuery(sourcesQuery());
  return (
    <Page title={t('new')} trail={[t('title')]} lead={t('newLead')}>
      <Card title={t('definition')}>
        <Loaded query={sources} lines={12}>
          {({ items }) => (
            <DefinitionForm
              initial={null}
              sources={items}
              label={t('create')}
              send={async (definition) => {
                const { id } = await create.mutateAsync(definition);
                // The form is clean only after this returns: the page may be left from the next turn on.
                setTimeout(() => void go(`/admin/own-metrics/${id}`));
              }}
            />
          )}
        </Loaded>
      </Card>
    </Page>
  );
}

/** A metric with its versions: change, try and publish a draft, archive, remove. */
export function OwnMetricPage() {
  const t = useText(ownText);
  const { ownMetricId } = useParams({ strict: false }) as { ownMetricId: string };
  const metric = useQuery(ownMetricQuery(ownMetricId));
  return (
    <Page title={metric.data?.label ?? t('metric')} trail={[t('title')]} lead={t('lead')}>
      <Loaded query={metric} lines={12}>
        {(data) => (
          <div className="wm-stack">
            <State metric={data} />
            {data.state !== 'archived' && <Editor metric={data} />}
            <Versions metric={data} />
            <Ending metric={data} />
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function State({ metric }: { metric: OwnMetricDetail }) {
  const t = useText(ownText);
  const computing = metric.versions.find(({ state }) => state === 'published');
  return (
    <Card title={t('state')} aside={<code>{metric.key}</code>}>
      <p role="status">
        {t(`state.${metric.state}`)}
        {metric.state === 'computing' && computing ? ` · ${t('progress', { ...computing.progress })}` : ''}
        {metric.state === 'failed' && computing?.failure ? ` · ${computing.failure}` : ''}
      </p>
      {metric.uses.length === 0 ? (
        <p className="wm-muted">{t('unused')}</p>
      ) : (
        <>
          <p>{t('uses')}</p>
          <ul className="wm-list">
            {metric.uses.map(({ kind, id, name }) => (
              <li key={id}>{t(`use.${kind}`, { name })}</li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Editor({ metric }: { metric: OwnMetricDetail }) {
  const t = useText(ownText);
  const say = useToast();
  const change = useChange(metric);
  const sources = useQuery(sourcesQuery());
  const draft = metric.versions.find(({ state }) => state === 'draft');
  const shown = draft ?? metric.versions[0];
  return (
    <Card title={draft ? t('draft', { number: draft.number }) : t('newDraft')}>
      <Loaded query={sources} lines={12}>
        {({ items }) => (
          <DefinitionForm
            key={`${shown?.id} ${JSON.stringify(shown?.definition)}`}
            initial={shown?.definition ?? null}
            sources={items}
            label={t('save')}
            send={async (definition) => {
              await change.mutateAsync(definition);
              say(t('saved'));
            }}
          />
        )}
      </Loaded>
      {draft && <Publish metric={metric} draft={draft} />}
    </Card>
  );
}

function Publish({ metric, draft }: { metric: OwnMetricDetail; draft: OwnMetricVersion }) {
  const t = useText(ownText);
  const say = useToast();
  const publish = usePublish(metric.id);
  const first = !metric.versions.some(({ state }) => state === 'published');
  const [mode, setMode] = useState('recompute');
  return (
    <section className="wm-stack" aria-label={t('publish')}>
      <h3>{t('publish')}</h3>
      <p className="wm-muted">{t('publishText')}</p>
      {!first && (
        <NativeSelect
          label={t('mode')}
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value)}
          data={(['recompute', 'from_now_on'] as const).map((one) => ({ value: one, label: t(`mode.${one}`) }))}
        />
      )}
      {publish.isError && <Trouble error={publish.error} />}
      <div>
        <Button loading={publish.isPending} onClick={() => publish.mutate(mode, { onSuccess: () => say(t('published', { number: draft.number })) })}>
          {t('publish')}
        </Button>
      </div>
    </section>
  );
}

function Versions({ metric }: { metric: OwnMetricDetail }) {
  const t = useText(ownText);
  const clock = useClock();
  const published = metric.versions.filter(({ publishedAt }) => publishedAt !== null);
  if (published.length === 0) return null;
  return (
    <Card title={t('versions')}>
      <ol className="wm-list">
        {published.map((version) => (
          <li key={version.id}>
            {t('version', { number: version.number })} · {clock.instant(version.publishedAt as string)} ·{' '}
            {version.appliesFrom ? t('appliesFrom', { day: version.appliesFrom }) : t('appliesAlways')}
            <br />
            <span className="wm-muted">{version.sentence}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Ending({ metric }: { metric: OwnMetricDetail }) {
  const t = useText(ownText);
  const go = useGo();
  const archive = useArchive(metric.id);
  const remove = useRemove(metric);
  const failure = archive.error ?? remove.error;
  return (
    <Card title={t('ending')}>
      <p className="wm-muted">{t('endingText')}</p>
      {failure && <Trouble error={failure} />}
      <div className="wm-row">
        {metric.state !== 'archived' && (
          <Button variant="default" loading={archive.isPending} onClick={() => window.confirm(t('archiveSure')) && archive.mutate(undefined)}>
            {t('archive')}
          </Button>
        )}
        <Button
          variant="default"
          loading={remove.isPending}
          onClick={() => window.confirm(t('removeSure')) && remove.mutate(undefined, { onSuccess: () => void go('/admin/own-metrics') })}
        >
          {t('remove')}
        </Button>
      </div>
    </Card>
  );
}
