import { useQuery } from '@tanstack/react-query';
import type { RestrictionSummary } from '@waymark/contracts';
import type { CSSProperties } from 'react';
import { queries } from '../../../shared/api/queries.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { MarkIcon } from '../../../shared/ui/chips.js';
import { restrictionMarks } from '../../../shared/ui/icons.js';
import { AppLink } from '../../../shared/ui/link.js';
import { Skeleton } from '../../../shared/ui/states.js';
import { homeText } from './text.js';

/** What is in force for the reader: the fact, what is missing, and the way to the page that explains it. */
export function RestrictionStrips({ restrictions }: { restrictions: RestrictionSummary[] }) {
  return restrictions.map((restriction) => <Strip key={restriction.id} restriction={restriction} />);
}

function Strip({ restriction }: { restriction: RestrictionSummary }) {
  const t = useText(homeText);
  const detail = useQuery(queries.restriction(restriction.id));
  const mark = restrictionMarks[restriction.kind];
  const proposed = restriction.state === 'proposed';
  return (
    <div className="wm-strip" style={{ '--mark': `var(--wm-${mark.color})` } as CSSProperties}>
      <MarkIcon mark={mark} size={20} />
      <strong>{restriction.title}</strong>
      {!proposed && detail.isPending ? <Skeleton lines={1} /> : <span>{proposed ? t('confirmNeeded') : (detail.data?.wayOutText ?? '')}</span>}
      <AppLink to={`/restrictions/${restriction.id}`} aria-label={`${t('toDo')}: ${restriction.title}`}>
        {t('toDo')}
      </AppLink>
    </div>
  );
}
