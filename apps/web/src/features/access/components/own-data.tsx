import { useMutation } from '@tanstack/react-query';
import { download } from '../../../shared/api/client.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button } from '../../../shared/ui/controls.js';
import { Card } from '../../../shared/ui/page.js';
import { Trouble } from '../../../shared/ui/states.js';
import { accessText } from './text.js';

/** Everything stored about oneself, as a file (PLAT-11). */
export function OwnData() {
  const t = useText(accessText);
  const take = useMutation({ mutationFn: () => download('/api/me/export', 'my-data.zip') });
  return (
    <Card title={t('ownData')}>
      <p>{t('ownDataText')}</p>
      <p className="wm-muted">{t('ownDataErase')}</p>
      {take.isError && <Trouble error={take.error} />}
      {take.isSuccess && <p role="status">{t('ownDataDone')}</p>}
      <div className="wm-row">
        <Button variant="default" loading={take.isPending} onClick={() => take.mutate()}>
          {t('ownDataGet')}
        </Button>
      </div>
    </Card>
  );
}
