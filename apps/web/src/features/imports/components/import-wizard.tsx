import { useQuery } from '@tanstack/react-query';
import type { ImportInspection, ImportMapping, ImportPreset } from '@waymark/contracts';
import { useRef, useState } from 'react';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Button, Checkbox, FileInput, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { Card } from '../../../shared/ui/page.js';
import { Trouble } from '../../../shared/ui/states.js';
import { presetsQuery, useInspection, useStartImport } from '../api/imports.js';
import { ColumnChoices } from './column-choices.js';
import { importsText } from './text.js';

/** File, mapping, check, import: in one place, so that the file need not be chosen twice. */
export function ImportWizard({ started }: { started: (id: string) => void }) {
  const t = useText(importsText);
  const [file, setFile] = useState<File | null>(null);
  const [key, setKey] = useState('');
  const [changed, setChanged] = useState<ImportMapping | null>(null);
  const presets = useQuery(presetsQuery);
  const inspection = useInspection();
  const known = presets.data?.items ?? [];
  // Derived, not copied at the choice: a file may be looked at before the presets have come.
  const mapping = changed ?? known.find((preset) => preset.key === key)?.mapping ?? null;
  const choosePreset = (chosen: string) => {
    setKey(chosen);
    setChanged(null);
  };
  const [sheet, setSheet] = useState<string | undefined>(undefined);
  const look = (chosen: File, of?: string) => {
    setSheet(of);
    inspection.mutate({ file: chosen, sheet: of }, { onSuccess: ({ suggestedPreset }) => choosePreset(suggestedPreset ?? key) });
  };
  const chooseFile = (chosen: File | null) => {
    setFile(chosen);
    inspection.reset();
    if (chosen) look(chosen);
  };
  return (
    <Card title={t('file')}>
      <div className="wm-form">
        <FileInput
          label={t('choose')}
          description={t('fileHint')}
          placeholder={t('choose')}
          accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          clearable
          value={file}
          onChange={chooseFile}
          clearButtonProps={{ 'aria-label': `${t('file')}: ×` }}
        />
      </div>
      {inspection.isPending && <p role="status">{t('looking')}</p>}
      {inspection.isError && <Trouble error={inspection.error} />}
      {file && inspection.data && (
        <>
          {inspection.data.sheets.length > 1 && (
            <div className="wm-form">
              <NativeSelect
                label={t('sheet')}
                value={sheet ?? inspection.data.sheets[0]}
                onChange={(event) => look(file, event.currentTarget.value)}
                data={inspection.data.sheets}
              />
            </div>
          )}
          <Sample of={inspection.data} />
          <PresetChoice known={known} suggested={inspection.data.suggestedPreset} chosen={key} choose={choosePreset} />
          {mapping && <MappingDetails columns={inspection.data.columns} mapping={mapping} change={setChanged} />}
          {mapping && <Start file={file} mapping={{ ...mapping, ...howToRead(inspection.data, sheet) }} started={started} />}
        </>
      )}
    </Card>
  );
}

/** A text is read by the delimiter that was found in it, a workbook from the sheet that was looked at. */
function howToRead({ delimiter }: ImportInspection, sheet: string | undefined): Partial<ImportMapping> {
  if (delimiter !== null) return { delimiter: delimiter as ImportMapping['delimiter'] };
  return sheet === undefined ? {} : { sheet };
}

function PresetChoice({
  known,
  suggested,
  chosen,
  choose,
}: {
  known: ImportPreset[];
  suggested: string | null;
  chosen: string;
  choose: (key: string) => void;
}) {
  const t = useText(importsText);
  const preset = known.find(({ key }) => key === chosen);
  return (
    <div className="wm-form">
      <NativeSelect
        label={t('mapping')}
        description={preset?.description}
        value={chosen}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: '', label: '–' },
          ...known.map(({ key, label }) => ({ value: key, label: key === suggested ? t('suggested', { label }) : label })),
        ]}
      />
    </div>
  );
}

function MappingDetails({ columns, mapping, change }: { columns: string[]; mapping: ImportMapping; change: (mapping: ImportMapping) => void }) {
  const t = useText(importsText);
  return (
    <details className="wm-details">
      <summary>{t('adjust')}</summary>
      <div className="wm-stack">
        <ColumnChoices columns={columns} mapping={mapping} change={change} />
        {mapping.source === 'pipeline_items' && (
          <div className="wm-form">
            <TextInput
              type="date"
              label={t('until')}
              description={t('untilHint')}
              value={mapping.until ?? ''}
              onChange={(event) => change({ ...mapping, until: event.currentTarget.value || undefined })}
            />
          </div>
        )}
      </div>
    </details>
  );
}

function Sample({ of }: { of: ImportInspection }) {
  const t = useText(importsText);
  return (
    <>
      <p>{t('columns', { count: of.columns.length, encoding: of.encoding })}</p>
      <div className="wm-scroll" tabIndex={0} role="region" aria-label={t('sample')}>
        <table className="wm-table">
          <thead>
            <tr>
              {of.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.sampleRows.slice(0, 3).map((row, n) => (
              <tr key={n}>
                {row.map((cell, place) => (
                  <td key={place}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Start({ file, mapping, started }: { file: File; mapping: ImportMapping; started: (id: string) => void }) {
  const t = useText(importsText);
  const start = useStartImport();
  const [allOrNothing, setAllOrNothing] = useState(false);
  const sending = useRef<AbortController | null>(null);
  const run = (dryRun: boolean) => {
    sending.current = new AbortController();
    start.mutate({ file, mapping, dryRun, allOrNothing, signal: sending.current.signal }, { onSuccess: ({ id }) => started(id) });
  };
  const stopped = start.error instanceof DOMException;
  return (
    <div className="wm-stack">
      {start.isError && !stopped && <Trouble error={start.error} />}
      <Checkbox
        label={t('allOrNothing')}
        description={t('allOrNothingHint')}
        checked={allOrNothing}
        onChange={(event) => setAllOrNothing(event.currentTarget.checked)}
      />
      <div className="wm-row">
        <Button variant="default" disabled={start.isPending} onClick={() => run(true)}>
          {t('check')}
        </Button>
        <Button disabled={start.isPending} onClick={() => run(false)}>
          {t('import')}
        </Button>
        {start.isPending && (
          <>
            <span role="status">{t('sending')}</span>
            <Button variant="subtle" onClick={() => sending.current?.abort()}>
              {t('stopSending')}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
