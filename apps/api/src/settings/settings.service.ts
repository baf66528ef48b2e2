import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ChangeFlags, ChangeSettings, FieldProblem, FlagSettings, Holiday, Holidays, Settings } from '@waymark/contracts';
import { canonicalZone, DomainError, isDay } from '@waymark/kernel';
import { AuditTrail, changedFields } from '../platform/audit/audit-trail.js';
import { Features } from '../platform/features/features.js';
import { matchVersion } from '../platform/http/if-match.js';
import { invalid } from '../platform/http/validation.js';
import { JobQueue } from '../platform/jobs/job-queue.js';
import { currentContext } from '../platform/request-context.js';
import { SettingsRepository, type SettingValues } from './settings.repository.js';

/** Settings that values and status of goals depend on. */
const ofGoals = ['fiscalYearStartMonth', 'renewalBase', 'workingDays', 'onTrackPercent', 'atRiskPercent', 'earlyPercent', 'exceededPercent'] as const;

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** Settings, holidays and features of the organisation (PLAT-02, PLAT-03). */
@Injectable()
export class SettingsService {
  constructor(
    private readonly repository: SettingsRepository,
    private readonly features: Features,
    private readonly audit: AuditTrail,
    private readonly queue: JobQueue,
  ) {}

  get(): Promise<Settings> {
    return this.repository.find();
  }

  /** Changes what is mentioned. What goals and daily figures depend on is computed again by the worker; running periods keep their zone. */
  async change(request: ChangeSettings): Promise<Settings> {
    await this.repository.lock();
    const present = await this.repository.find();
    matchVersion(present.version);
    const zone = request.timeZone === undefined ? null : canonicalZone(request.timeZone);
    const wanted: SettingValues = {
      ...request,
      ...(zone && { timeZone: zone }),
      ...(request.workingDays && { workingDays: [...request.workingDays].sort((a, b) => a - b) }),
    };
    const problems = settingProblems({ ...present, ...wanted });
    if (problems.length > 0) throw invalid(problems);
    const changes = changedFields<SettingValues>(present, wanted);
    if (changes.after.currency !== undefined && present.currencyFixed)
      throw new DomainError('conflict', `Facts are recorded in ${present.currency}, so the currency stays.`, {
        fields: [{ field: 'currency', code: 'facts_exist', message: `facts are recorded in ${present.currency}` }],
      });
    if (Object.keys(changes.after).length === 0) return this.unchanged(present);
    await this.repository.update(changes.after);
    await this.record('settings.changed', changes);
    if (changes.after.timeZone !== undefined) await this.queue.enqueue('settings-zone', randomUUID());
    else if (ofGoals.some((key) => changes.after[key] !== undefined)) await this.recalculateLater();
    return this.repository.find();
  }

  async holidays(): Promise<Holidays> {
    return { items: await this.repository.holidays() };
  }

  async addHoliday(holiday: Holiday): Promise<Holiday> {
    if (!(await this.repository.addHoliday(holiday)))
      throw new DomainError('conflict', `${holiday.day} is a holiday already.`, {
        fields: [{ field: 'day', code: 'exists', message: `${holiday.day} is a holiday already` }],
      });
    await this.record('settings.changed', { before: { holiday: null }, after: { holiday: { ...holiday } } });
    await this.recalculateLater();
    return holiday;
  }

  async removeHoliday(day: string): Promise<void> {
    if (!isDay(day)) throw invalid([{ field: 'day', code: 'day', message: 'day must be a day that exists, written YYYY-MM-DD' }]);
    const holiday = await this.repository.removeHoliday(day);
    if (!holiday) throw new DomainError('not_found', 'That day is no holiday.');
    await this.record('settings.changed', { before: { holiday }, after: { holiday: null } });
    await this.recalculateLater();
  }

  async flags(): Promise<FlagSettings> {
    const { version } = await this.repository.find();
    return { ...(await this.features.states()), version };
  }

  async changeFlags(request: ChangeFlags): Promise<FlagSettings> {
    await this.repository.lock();
    const { version, ...present } = await this.flags();
    matchVersion(version);
    const changes = changedFields(present, { ...request });
    if (Object.keys(changes.after).length === 0) return this.unchanged({ ...present, version });
    await this.repository.switchFeatures(changes.after);
    await this.record('settings.changed', changes);
    return this.flags();
  }

  private recalculateLater(): Promise<void> {
    return this.queue.enqueue('settings-goals', randomUUID());
  }

  private record(action: string, changes: { before: object; after: object }): Promise<void> {
    return this.audit.record({ action, object: { type: 'organisation', id: currentContext().tenantId }, ...changes });
  }

  private async unchanged<T>(present: T): Promise<T> {
    await this.record('settings.changed', { before: {}, after: {} });
    return present;
  }
}

/** What is wrong with settings that are each well-formed. */
function settingProblems(settings: SettingValues): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (canonicalZone(settings.timeZone as string) === null)
    problems.push({ field: 'timeZone', code: 'zone', message: 'timeZone must be a zone of the IANA list, such as Europe/Lisbon' });
  if (!currencies.has(settings.currency as string))
    problems.push({ field: 'currency', code: 'currency', message: 'currency must be an ISO 4217 code, such as EUR' });
  if ((settings.atRiskPercent as number) > (settings.onTrackPercent as number))
    problems.push({ field: 'atRiskPercent', code: 'order', message: 'atRiskPercent must not be above onTrackPercent' });
  return problems;
}
