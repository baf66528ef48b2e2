import { useInfiniteQuery } from '@tanstack/react-query';
import type { Notification } from '@waymark/contracts';
import { useText } from '../../../shared/i18n/catalogue.js';
import { useClock } from '../../../shared/i18n/time.js';
import { uiText } from '../../../shared/i18n/ui-text.js';
import { Button } from '../../../shared/ui/controls.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { EmptyState, Loaded } from '../../../shared/ui/states.js';
import { inboxQuery, useMarkRead } from '../api/sessions.js';
import { accessText } from './text.js';

/** What was sent to the signed-in person, newest first. */
export function InboxPage() {
  const t = useText(accessText);
  const ui = useText(uiText);
  const inbox = useInfiniteQuery(inboxQuery);
  const mark = useMarkRead();
  const unread =
    inbox.data?.pages
      .flatMap(({ items }) => items)
      .filter(({ readAt }) => readAt === null)
      .map(({ id }) => id) ?? [];
  return (
    <Page
      title={t('inbox')}
      actions={
        unread.length > 0 && (
          <Button variant="default" loading={mark.isPending} onClick={() => mark.mutate(unread)}>
            {t('markAll')}
          </Button>
        )
      }
    >
      <Card>
        <Loaded query={inbox} lines={6}>
          {({ pages }) =>
            pages[0]?.items.length === 0 ? (
              <EmptyState title={t('inboxEmpty')} text={t('inboxEmptyText')} />
            ) : (
              <>
                <ul className="wm-plain-list">
                  {pages
                    .flatMap(({ items }) => items)
                    .map((notice) => (
                      <NoticeLine key={notice.id} notice={notice} read={() => mark.mutate([notice.id])} />
                    ))}
                </ul>
                {inbox.hasNextPage && (
                  <Button variant="default" loading={inbox.isFetchingNextPage} onClick={() => void inbox.fetchNextPage()}>
                    {ui('more')}
                  </Button>
                )}
              </>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}

function NoticeLine({ notice, read }: { notice: Notification; read: () => void }) {
  const t = useText(accessText);
  const clock = useClock();
  const unread = notice.readAt === null;
  return (
    <li className={unread ? 'wm-unread' : undefined}>
      <span className="wm-muted">{clock.moment(notice.createdAt)}</span>
      <span>
        {unread && <span className="wm-hidden">{t('unread')}: </span>}
        {notice.sentence}
      </span>
      {notice.link && (
        <AppLink to={notice.link.startsWith('/') ? notice.link : `/${notice.link}`} aria-label={`${t('open')}: ${notice.sentence}`}>
          {t('open')}
        </AppLink>
      )}
      {unread && (
        <Button variant="subtle" size="compact-sm" onClick={read} aria-label={`${t('markRead')}: ${notice.sentence}`}>
          {t('markRead')}
        </Button>
      )}
    </li>
  );
}
