import type { Restriction } from '@waymark/contracts';
import { useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, Textarea } from '../../../shared/ui/controls.js';
import { Card } from '../../../shared/ui/page.js';
import { Trouble } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { useDecide } from '../api/decide.js';
import { gatesText } from './text.js';

/** For those who decide: what a confirmation does, in words, before the button; the reason is mandatory and goes to the person. */
export function DecisionPanel({ restriction }: { restriction: Restriction }) {
  const t = useText(gatesText);
  const say = useToast();
  const decide = useDecide(restriction.id);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const send = (decision: Restriction['canDecideTo'][number]) => {
    setMissing(reason.trim() === '');
    if (reason.trim() !== '')
      decide.mutate({ decision, reason: reason.trim(), evidenceHash: restriction.evidenceHash }, { onSuccess: () => say(t('done')) });
  };
  return (
    <Card title={t('decide')}>
      <p>{t('decideText', { name: restriction.user.name })}</p>
      {restriction.consequenceText && <p>{t('ifConfirmed', { text: restriction.consequenceText })}</p>}
      <Textarea
        label={t('reasonLabel')}
        required
        maxLength={2000}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={missing && t('reasonNeeded')}
      />
      {decide.isError && <Trouble error={decide.error} />}
      <div className="wm-row">
        {restriction.canDecideTo.map((decision) => (
          <Button key={decision} variant={decision === 'confirm' ? 'filled' : 'default'} loading={decide.isPending} onClick={() => send(decision)}>
            {t(`do.${decision}`)}
          </Button>
        ))}
      </div>
    </Card>
  );
}
