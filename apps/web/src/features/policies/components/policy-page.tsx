import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { GatePolicy, GatePolicyVersion } from '@waymark/contracts';
import { queries } from '../../../shared/api/queries.js';
import { useMay } from '../../../shared/api/session.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { Button } from '../../../shared/ui/controls.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded, Trouble } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useNewDraft, usePublish } from '../api/policies.js';
import { PolicyEditor } from './policy-editor.js';
import { Preview } from './preview.js';
import { policiesText } from './text.js';

/** A policy with its versions: read what each says; change, try and publish a draft. */
export function PolicyPage() {
  const t = useText(policiesText);
  const { policyId } = useParams({ strict: false }) as { policyId: string };
  const policy = useQuery(queries.policy(policyId));
  const manages = useMay('policies.manage');
  return (
    <Page title={policy.data?.name ?? t('policy')} trail={[t('title')]} lead={manages ? t('lead') : t('readOnly')}>
      <Loaded query={policy} lines={10}>
        {(data) => (
          <div className="wm-stack">
            {data.versions.map((version) => (
              <Version key={version.id} policy={data} version={version} manages={manages} />
            ))}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Version({ policy, version, manages }: { policy: GatePolicy; version: GatePolicyVersion; manages: boolean }) {
  const t = useText(policiesText);
  const clock = useClock();
  const draft = version.state === 'draft' && manages;
  return (
    <Card
      title={`${t('version', { number: version.number })} · ${t(`state.${version.state}`)}`}
      aside={
        <span className="wm-muted">
          {version.publishedAt ? `${t('published', { when: clock.instant(version.publishedAt) })} · ` : ''}
          {t('gates', { count: version.gateCount })}
        </span>
      }
    >
      <ol className="wm-list" aria-label={t('says')}>
        {version.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
      {draft && <PolicyEditor key={version.version} policy={policy} version={version} />}
      {manages && <Preview version={version} />}
      {draft && <Publish policy={policy} version={version} />}
      {manages && !draft && <NewDraft policy={policy} version={version} />}
    </Card>
  );
}

function NewDraft({ policy, version }: { policy: GatePolicy; version: GatePolicyVersion }) {
  const t = useText(policiesText);
  const create = useNewDraft(policy.id);
  if (policy.versions.some(({ state }) => state === 'draft')) return null;
  return (
    <div className="wm-stack">
      {create.isError && <Trouble error={create.error} />}
      <div>
        <Button variant="default" loading={create.isPending} onClick={() => create.mutate(version.definition)}>
          {t('newDraft')}
        </Button>
      </div>
    </div>
  );
}

function Publish({ policy, version }: { policy: GatePolicy; version: GatePolicyVersion }) {
  const t = useText(policiesText);
  const say = useToast();
  const publish = usePublish(policy.id, version.id);
  const { number } = version;
  const run = () => {
    if (window.confirm(t('publishSure', { number, name: policy.name })))
      publish.mutate(undefined, { onSuccess: () => say(t('publishedNow', { number })) });
  };
  return (
    <section className="wm-stack" aria-label={t('publish')}>
      <h3>{t('publish')}</h3>
      <p>{version.publishBlockedBy ?? t('publishText')}</p>
      {publish.isError && <Trouble error={publish.error} />}
      <div>
        <Button loading={publish.isPending} disabled={version.publishBlockedBy !== null} onClick={run}>
          {t('publish')}
        </Button>
      </div>
    </section>
  );
}
