import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { CONFIG, type Config } from '../../config/config.js';
import type { MailText } from './mail-content.js';

/** Why a mail did not go out. */
export interface SendFailure {
  sentence: string;
  /** The server will never take it: trying again is pointless. */
  forGood: boolean;
}

const longestTryMs = 40_000;

/** Sends one mail over SMTP. Without SMTP_URL there is no transport. */
@Injectable()
export class MailTransport implements OnApplicationShutdown {
  private readonly transport: Transporter | null;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    this.transport = config.smtpUrl
      ? createTransport({
          url: config.smtpUrl,
          connectionTimeout: 5000,
          greetingTimeout: 5000,
          socketTimeout: 15_000,
          disableFileAccess: true,
          disableUrlAccess: true,
        } as object)
      : null;
  }

  get configured(): boolean {
    return this.transport !== null;
  }

  /** The failure, or null when the server took the mail. `id` names it: the same mail sent again has the same Message-ID. */
  async send(id: string, to: { name: string; email: string }, mail: MailText): Promise<SendFailure | null> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the mail server took too long')), longestTryMs);
    });
    try {
      const sending = (this.transport as Transporter).sendMail({
        ...mail,
        from: this.config.mailFrom,
        to: { name: to.name.replaceAll(/\p{Cc}/gu, ' '), address: to.email },
        messageId: `<${id}@${this.config.publicUrl.hostname}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      await Promise.race([sending, tooLong]);
      return null;
    } catch (error) {
      return failureOf(error);
    } finally {
      clearTimeout(timer);
    }
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }
}

/** 4xx and trouble on the way: later. 5xx to the address or the content: never. A refused login is the operator's to mend, so later too. */
function failureOf(error: unknown): SendFailure {
  const { code, responseCode, message } = error as { code?: string; responseCode?: number; message?: string };
  const refused = responseCode !== undefined && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  // A server's answer may quote the address: the figure says enough.
  const sentence = responseCode ? `the mail server answered ${responseCode}` : code ? `no mail server reached (${code})` : (message ?? 'unknown');
  return { sentence, forGood: refused };
}
