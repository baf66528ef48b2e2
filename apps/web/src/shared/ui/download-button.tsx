import { type ReactNode, useState } from 'react';
import { download } from '../api/client.js';
import { Button } from './controls.js';
import { Trouble } from './states.js';

interface DownloadProps {
  path: string;
  fileName: string;
  size?: 'xs';
  children: ReactNode;
}

/** Fetches a file and hands it to the browser: says that it comes, and what went wrong when it does not. */
export function DownloadButton({ path, fileName, size, children }: DownloadProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = () => {
    setBusy(true);
    setFailure(null);
    void download(path, fileName)
      .catch(setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <Button variant="default" loading={busy} onClick={run} {...(size && { size })}>
        {children}
      </Button>
      {failure !== null && <Trouble error={failure} />}
    </>
  );
}
