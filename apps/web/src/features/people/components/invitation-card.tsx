import type { UserDetail } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { Button } from '../../../shared/ui/controls.js';
import { Card } from '../../../shared/ui/page.js';
import { Trouble } from '../../../shared/ui/states.js';
import { useInvite } from '../api/privacy.js';
import { peopleText } from './text.js';

/** Invites an active person by mail (PLAT-05). Who has a password already is refused by the server, in words. */
export function InvitationCard({ person }: { person: UserDetail }) {
  const t = useText(peopleText);
  const clock = useClock();
  const invite = useInvite(person.id);
  if (person.status !== 'active' || person.serviceAccount) return null;
  return (
    <Card title={t('invitation')}>
      <p className="wm-muted">{t(person.email === null ? 'inviteNoAddress' : 'invitationText')}</p>
      {invite.isError && <Trouble error={invite.error} />}
      {invite.isSuccess && <p role="status">{t('invited', { email: person.email, until: clock.instant(invite.data.expiresAt) })}</p>}
      {person.email !== null && (
        <div className="wm-row">
          <Button variant="default" loading={invite.isPending} onClick={() => invite.mutate()}>
            {t('invite')}
          </Button>
        </div>
      )}
    </Card>
  );
}
