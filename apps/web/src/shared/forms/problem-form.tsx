import { useBlocker } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ProblemError } from '../api/client.js';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';
import { Button, useForm, type UseFormReturnType } from '../ui/controls.js';
import { useRefusalPanel } from '../ui/restricted.js';
import { Trouble } from '../ui/states.js';

export interface ProblemForm<Values extends object> {
  form: UseFormReturnType<Values>;
  /** Sends the values; fields that the server refuses are marked, anything else stands above the buttons. */
  submit: (event?: React.FormEvent<HTMLFormElement>) => void;
  busy: boolean;
  failure: unknown;
}

interface Options<Values> {
  initial: Values;
  send: (values: Values) => Promise<void>;
  /** Name of the form's field for a field of the request; unchanged unless given. */
  fieldOf?: (requestField: string) => string;
}

/** A form whose rules are the server's: it shows what the problem document says about each field and warns before changes are lost. */
export function useProblemForm<Values extends object>({ initial, send, fieldOf = (field) => field }: Options<Values>): ProblemForm<Values> {
  const ui = useText(uiText);
  const refused = useRefusalPanel();
  const form = useForm<Values>({ initialValues: initial });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  useBlocker({
    shouldBlockFn: () => form.isDirty() && !busy && !window.confirm(ui('leaveDirty')),
    enableBeforeUnload: () => form.isDirty() && !busy,
  });
  const run = async (values: Values) => {
    setBusy(true);
    setFailure(null);
    try {
      await send(values);
      form.resetDirty(values);
    } catch (error) {
      if (refused(error)) return;
      const fields = error instanceof ProblemError ? error.fields : [];
      form.setErrors(Object.fromEntries(fields.map(({ field, message }) => [fieldOf(field), message])));
      setFailure(error);
      focusFirstWrong();
    } finally {
      setBusy(false);
    }
  };
  return { form, submit: form.onSubmit((values) => void run(values)), busy, failure };
}

function focusFirstWrong(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('form [aria-invalid="true"], form [data-error="true"] input')?.focus());
}

/** What failed as a whole, and the buttons. */
export function FormEnd({
  of,
  label,
  cancel,
  more,
}: {
  of: { busy: boolean; failure: unknown };
  label: string;
  cancel?: () => void;
  more?: ReactNode;
}) {
  const ui = useText(uiText);
  const wrong = of.failure instanceof ProblemError ? of.failure.fields.length : 0;
  return (
    <>
      {of.failure !== null && <Trouble error={of.failure} />}
      {wrong > 0 && (
        <p className="wm-hidden" role="status">
          {ui('fieldsWrong', { count: wrong })}
        </p>
      )}
      <div className="wm-row">
        <Button type="submit" loading={of.busy}>
          {label}
        </Button>
        {cancel && (
          <Button variant="default" onClick={cancel}>
            {ui('cancel')}
          </Button>
        )}
        {more}
      </div>
    </>
  );
}
