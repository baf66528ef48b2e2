import type { SettingReader } from './access-config.js';

/** Settings of what leaves the house: mail and outgoing calls. */
export interface MessagesConfig {
  /** The mail server; null: mails stay in the outbox. */
  smtpUrl: string | null;
  /** Sender of mails, as in `Waymark <waymark@example.com>`. */
  mailFrom: string;
  /** Hosts (`name` or `name:port`) that may be called although they are private or speak http (Q117). */
  outboundAllow: readonly string[];
}

/** Reads the part of the environment that concerns messages. */
export function readMessagesConfig({ env, mistakes }: SettingReader): MessagesConfig {
  const smtpUrl = env['SMTP_URL'] || null;
  if (smtpUrl && (!URL.canParse(smtpUrl) || !/^smtps?:$/.test(new URL(smtpUrl).protocol) || new URL(smtpUrl).hostname === ''))
    mistakes.push('SMTP_URL must be an address like smtp://user:password@host:587 or smtps://user:password@host:465');
  const mailFrom = env['MAIL_FROM'] || '';
  if (smtpUrl && !/^[^\r\n]*[^\s<>@]+@[^\s<>@]+>?$/.test(mailFrom)) mistakes.push('MAIL_FROM must be the sender of mails, since SMTP_URL is set');
  const outboundAllow = (env['OUTBOUND_ALLOW'] ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const wrong = outboundAllow.filter((host) => !/^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i.test(host));
  if (wrong.length > 0)
    mistakes.push(`OUTBOUND_ALLOW must list hosts such as hooks.internal or 10.0.0.5:8080, without scheme and path; not "${wrong.join(', ')}"`);
  return { smtpUrl, mailFrom, outboundAllow: outboundAllow.map((host) => host.toLowerCase()) };
}
