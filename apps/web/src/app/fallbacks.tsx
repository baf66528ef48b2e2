import { Link } from '@tanstack/react-router';
import { useText } from '../shared/i18n/catalogue.js';
import { uiText } from '../shared/i18n/ui-text.js';
import { Page } from '../shared/ui/page.js';
import { Skeleton } from '../shared/ui/states.js';

/** While a page is on its way. */
export function Waiting() {
  return <Skeleton lines={6} />;
}

/** An address that leads nowhere. */
export function NotFoundPage() {
  const t = useText(uiText);
  return (
    <Page title={t('notFoundTitle')}>
      <p>{t('notFoundText')}</p>
      <p>
        <Link to="/" className="wm-link">
          {t('goHome')}
        </Link>
      </p>
    </Page>
  );
}
