/** The door from a payment to its bytes: the console at this one tap. */
import { Binary } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { openTap, type TapEnd } from '../kit/open-tap.ts';
import { Button } from '../kit/parts.tsx';
import type { TillApi } from './api.ts';

/** Opens the bytes of a payment in a window of the console, or says why that cannot be. */
export function BytesButton({
  api,
  requestId,
}: {
  readonly api: TillApi;
  readonly requestId: string;
}) {
  const { t } = useTranslation();
  const [end, setEnd] = useState<TapEnd>();
  const words = {
    opened: '',
    not_kept: t('receipt.bytesGone'),
    blocked: t('receipt.bytesBlocked'),
    offline: t('receipt.bytesOffline'),
  };
  return (
    <div>
      <Button kind="quiet" onPress={async () => setEnd(await openTap(() => api.ticket(requestId)))}>
        <Binary size={20} strokeWidth={1.75} aria-hidden />
        {t('receipt.bytes')}
      </Button>
      <p className="small second bytes-said" role="status">
        {end === undefined ? '' : words[end]}
      </p>
    </div>
  );
}
