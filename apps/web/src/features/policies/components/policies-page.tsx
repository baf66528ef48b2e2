import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../shared/api/queries.js';
import { useMay } from '../../../shared/api/session.js';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { TextInput } from '../../../shared/ui/controls.js';
import { AppLink, useGo } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { DataTable } from '../../../shared/ui/table.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { useCreatePolicy } from '../api/policies.js';
import { policiesText } from './text.js';

/** All gate policies, with the version that is in use. */
export function PoliciesPage() {
  const t = useText(policiesText);
  const policies = useQuery(queries.policies());
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Card>
        <Loaded query={policies}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState title={t('none')} text={t('noneText')} />
            ) : (
              <DataTable
                caption={t('title')}
                rows={items}
                rowKey={(policy) => policy.id}
                columns={[
                  { key: 'name', label: t('name'), cell: (policy) => <AppLink to={`/admin/policies/${policy.id}`}>{policy.name}</AppLink> },
                  {
                    key: 'versions',
                    label: t('versions'),
                    cell: (policy) => policy.versions.map(({ number, state }) => `${t('version', { number })}: ${t(`state.${state}`)}`).join(', '),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Card>
      {useMay('policies.manage') && <NewPolicy />}
    </Page>
  );
}

function NewPolicy() {
  const t = useText(policiesText);
  const go = useGo();
  const create = useCreatePolicy();
  const editor = useProblemForm({
    initial: { name: '' },
    send: async ({ name }) => {
      const policy = await create.mutateAsync(name);
      await go(`/admin/policies/${policy.id}`);
    },
  });
  return (
    <Card title={t('new')}>
      <form className="wm-form" onSubmit={editor.submit} noValidate>
        <TextInput label={t('newName')} description={t('newHint')} required maxLength={120} {...editor.form.getInputProps('name')} />
        <FormEnd of={editor} label={t('create')} />
      </form>
    </Card>
  );
}
