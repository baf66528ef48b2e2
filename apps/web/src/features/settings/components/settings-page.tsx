import { useQuery } from '@tanstack/react-query';
import type { FlagSettings, Settings } from '@waymark/contracts';
import { FormEnd, useProblemForm } from '../../../shared/forms/problem-form.js';
import { useText } from '../../../shared/i18n/catalogue.js';
import { Checkbox, NativeSelect, TextInput } from '../../../shared/ui/controls.js';
import { Card, Page } from '../../../shared/ui/page.js';
import { Loaded } from '../../../shared/ui/states.js';
import { useToast } from '../../../shared/ui/toasts.js';
import { flagsQuery, settingsQuery, useChangeFlags, useChangeSettings } from '../api/settings.js';
import { HolidayList } from './holiday-list.js';
import { IndexWeightsCard } from './index-weights-card.js';
import { RatesCard } from './rates-card.js';
import { settingsText } from './text.js';

const audiences = ['everyone', 'leaders'] as const;
const features = ['feature_milestones', 'feature_leaderboard', 'feature_reporting'] as const;
const thresholds = ['onTrackPercent', 'atRiskPercent', 'earlyPercent', 'exceededPercent'] as const;

// 2024 began on a Monday: names of days and months come from the language, not from a list.
const nameOf = (format: Intl.DateTimeFormatOptions, month: number, day: number) =>
  new Intl.DateTimeFormat('en', { ...format, timeZone: 'UTC' }).format(Date.UTC(2024, month, day));
const weekdays = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: nameOf({ weekday: 'long' }, 0, day) }));
const months = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((month) => ({ value: String(month), label: nameOf({ month: 'long' }, month - 1, 1) }));

/** Settings of the organisation: general, working time and holidays, thresholds, features (PLAT-02, PLAT-03). */
export function SettingsPage() {
  const t = useText(settingsText);
  const settings = useQuery(settingsQuery);
  const flags = useQuery(flagsQuery);
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Loaded query={settings}>
        {(found) => (
          <div className="wm-stack">
            <Card title={t('general')}>
              <GeneralForm key={found.version} settings={found} />
            </Card>
            <Card title={t('working')}>
              <WorkingDaysForm key={found.version} settings={found} />
              <HolidayList />
            </Card>
            <Card title={t('thresholds')}>
              <ThresholdForm key={found.version} settings={found} />
            </Card>
            <IndexWeightsCard />
            <RatesCard />
            <Card title={t('features')}>
              <Loaded query={flags}>{(states) => <FeatureForm key={states.version} flags={states} />}</Loaded>
            </Card>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function GeneralForm({ settings }: { settings: Settings }) {
  const t = useText(settingsText);
  const say = useToast();
  const change = useChangeSettings(settings.version);
  const { name, timeZone, currency, weekStart, fiscalYearStartMonth, leaderboardSize, leaderboardAudience, renewalBase } = settings;
  const editor = useProblemForm({
    initial: {
      ...{ name, timeZone, currency, leaderboardAudience, renewalBase },
      ...{ weekStart: String(weekStart), fiscalYearStartMonth: String(fiscalYearStartMonth), leaderboardSize: String(leaderboardSize) },
    },
    send: async (values) => {
      await change.mutateAsync({
        ...values,
        weekStart: Number(values.weekStart),
        fiscalYearStartMonth: Number(values.fiscalYearStartMonth),
        leaderboardSize: Number(values.leaderboardSize),
      });
      say(t('saved'));
    },
  });
  const field = editor.form.getInputProps;
  const baseChoices = (['decided', 'due'] as const).map((value) => ({ value, label: t(`base.${value}`) }));
  const audienceChoices = audiences.map((value) => ({ value, label: t(`audience.${value}`) }));
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <TextInput label={t('name')} required maxLength={120} {...field('name')} />
      <TextInput label={t('timeZone')} description={t('timeZoneHint')} required maxLength={64} {...field('timeZone')} />
      <TextInput
        label={t('currency')}
        description={t('currencyHint')}
        required
        maxLength={3}
        readOnly={settings.currencyFixed}
        {...field('currency')}
      />
      <div className="wm-form-row">
        <NativeSelect label={t('weekStart')} data={weekdays} {...field('weekStart')} />
        <NativeSelect label={t('fiscalYearStartMonth')} data={months} {...field('fiscalYearStartMonth')} />
      </div>
      <div className="wm-form-row">
        <TextInput label={t('leaderboardSize')} inputMode="numeric" maxLength={3} {...field('leaderboardSize')} />
        <NativeSelect label={t('leaderboardAudience')} data={audienceChoices} {...field('leaderboardAudience')} />
      </div>
      <NativeSelect label={t('renewalBase')} data={baseChoices} {...field('renewalBase')} />
      <FormEnd of={editor} label={t('saveOf', { part: t('general') })} />
    </form>
  );
}

function WorkingDaysForm({ settings }: { settings: Settings }) {
  const t = useText(settingsText);
  const say = useToast();
  const change = useChangeSettings(settings.version);
  const editor = useProblemForm({
    initial: { workingDays: settings.workingDays.map(String) },
    send: async ({ workingDays }) => {
      await change.mutateAsync({ workingDays: workingDays.map(Number) });
      say(t('saved'));
    },
  });
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <Checkbox.Group label={t('workingDays')} {...editor.form.getInputProps('workingDays')}>
        <div className="wm-row">
          {weekdays.map(({ value, label }) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </div>
      </Checkbox.Group>
      <FormEnd of={editor} label={t('saveOf', { part: t('workingDays') })} />
    </form>
  );
}

function ThresholdForm({ settings }: { settings: Settings }) {
  const t = useText(settingsText);
  const say = useToast();
  const change = useChangeSettings(settings.version);
  const editor = useProblemForm({
    initial: Object.fromEntries(thresholds.map((key) => [key, String(settings[key])])) as Record<(typeof thresholds)[number], string>,
    send: async (values) => {
      await change.mutateAsync(Object.fromEntries(thresholds.map((key) => [key, Number(values[key])])));
      say(t('saved'));
    },
  });
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      {thresholds.map((key) => (
        <TextInput key={key} label={t(key)} inputMode="numeric" maxLength={4} {...editor.form.getInputProps(key)} />
      ))}
      <FormEnd of={editor} label={t('saveOf', { part: t('thresholds') })} />
    </form>
  );
}

function FeatureForm({ flags }: { flags: FlagSettings }) {
  const t = useText(settingsText);
  const say = useToast();
  const change = useChangeFlags(flags.version);
  const editor = useProblemForm({
    initial: Object.fromEntries(features.map((key) => [key, flags[key]])) as Record<(typeof features)[number], boolean>,
    send: async (values) => {
      await change.mutateAsync(values);
      say(t('saved'));
    },
  });
  return (
    <form className="wm-form" onSubmit={editor.submit} noValidate>
      <p>{t('featuresText')}</p>
      {features.map((key) => (
        <Checkbox key={key} label={t(key)} {...editor.form.getInputProps(key, { type: 'checkbox' })} />
      ))}
      <FormEnd of={editor} label={t('saveOf', { part: t('features') })} />
    </form>
  );
}
