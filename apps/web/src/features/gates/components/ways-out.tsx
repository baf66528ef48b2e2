import type { Restriction } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card } from '../../../shared/ui/page.js';
import { gatesText } from './text.js';

/** What to do, in words, with the smallest set of own actions that is enough. */
export function WaysOut({ restriction }: { restriction: Restriction }) {
  const t = useText(gatesText);
  const clock = useClock();
  if (restriction.closedAt) return null;
  const decided = restriction.kind === 'commission_hold' || restriction.kind === 'account_lock';
  const heading = decided ? 'howToDecision' : restriction.kind === 'warning' ? 'howToWarning' : 'howTo';
  return (
    <Card title={t(heading)}>
      <p>
        <strong>{restriction.wayOutText}</strong>
      </p>
      {restriction.ways.length > 0 && (
        <ol className="wm-list">
          {restriction.ways.map((way) => (
            <li key={way.itemId ?? way.text}>
              {way.text}
              {way.adds && <> — {t('adds', { amount: way.adds.display })}</>}.{' '}
              {way.itemId && (
                <AppLink to={`/deals/${way.itemId}`} aria-label={t('openDealNamed', { way: way.text })}>
                  {t('openDeal')}
                </AppLink>
              )}{' '}
              {way.enough && <strong>{t('enough')}</strong>}
            </li>
          ))}
        </ol>
      )}
      {restriction.ways.length === 0 && !decided && (
        <p>{restriction.contact ? t('noWays', { contact: restriction.contact.name }) : t('noWaysNobody')}</p>
      )}
      {!decided && <p className="wm-muted">{t('checked', { when: clock.moment(restriction.checkedAt) })}</p>}
    </Card>
  );
}
