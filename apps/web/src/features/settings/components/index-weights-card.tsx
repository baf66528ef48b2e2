import { useQuery } from '@tanstack/react-query';
import type { IndexWeights } from '@waymark/contracts';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { catalogue, useText } from '../../../shared/i18n/catalogue.js';
import messages from '../../../shared/i18n/en/index-weights.json' with { type: 'json' };
import { TextInput } from '../../../shared/ui/controls.js';
import { Card } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { indexWeightsQuery, useChangeIndexWeights } from '../api/index-weights.js';

const weightsText = catalogue('index-weights', messages);
const parts = ['calls', 'agreements', 'lists', 'sales'] as const;

/** How much each part of the performance index counts (Q85). */
export function IndexWeightsCard() {
  const t = useText(weightsText);
  const weights = useQuery(indexWeightsQuery);
  return (
    <Card title={t('title')}>
      <p className="wm-muted">{t('text')}</p>
      <Loaded query={weights}>{(found) => <WeightsForm key={found.version} weights={found} />}</Loaded>
    </Card>
  );
}

function WeightsForm({ weights }: { weights: IndexWeights }) {
  const t = useText(weightsText);
  const say = useToast();
  const change = useChangeIndexWeights(weights.version);
  const editor = useProblemForm({
    initial: Object.fromEntries(parts.map((part) => [part, String(weights[part])])) as Record<(typeof parts)[number], string>,
    send: async (values) => {
      await change.mutateAsync(Object.fromEntries(parts.map((part) => [part, Number(values[part])])));
      say(t('saved'));
    },
  });
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <div className="wm-form-row">
        {parts.map((part) => (
          <TextInput key={part} label={t(part)} required inputMode="numeric" maxLength={4} {...editor.form.getInputProps(part)} />
        ))}
      </div>
      <FormEnd of={editor} label={t('save')} />
    </form>
  );
}
