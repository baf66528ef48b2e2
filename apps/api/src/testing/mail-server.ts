import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';

/** A mail as the server got it. */
export interface ReceivedMail {
  to: string;
  messageId: string;
  raw: string;
  /** The body without transfer encoding. */
  text: string;
}

/** A real SMTP server on a free port, for specs. */
export interface MailServer {
  url: string;
  port: number;
  received: ReceivedMail[];
  /** Called when a mail has arrived, before the server says so. Throw an error with `responseCode` to refuse it. */
  onMail: ((mail: ReceivedMail) => void | Promise<void>) | null;
  /** The mails to one address, as soon as there are so many. */
  waitFor(to: string, count?: number): Promise<ReceivedMail[]>;
  close(): Promise<void>;
}

export async function startMailServer(port = 0): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        const messageId = /^message-id: (.*)$/im.exec(raw)?.[1]?.trim() ?? '';
        const text = unfolded(raw);
        const mail = { to: session.envelope.rcptTo[0]?.address ?? '', messageId, raw, text };
        Promise.resolve()
          .then(() => made.onMail?.(mail))
          .then(
            () => {
              received.push(mail);
              done();
            },
            (error: Error) => done(error),
          );
      });
    },
  });
  server.on('error', () => undefined); // a client that was killed resets its connection
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.server.address() as AddressInfo;
  const made: MailServer = {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    onMail: null,
    waitFor: async (to, count = 1) => {
      const until = Date.now() + 60_000;
      const found = () => received.filter((mail) => mail.to === to);
      while (found().length < count && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
      if (found().length < count) throw new Error(`${found().length} of ${count} mails to ${to} arrived`);
      return found();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return made;
}

/** Quoted-printable undone, as far as specs need it. */
function unfolded(raw: string): string {
  const bytes = raw.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** What stands behind `#` in the mailed link. */
export function tokenIn(mail: ReceivedMail | undefined): string {
  return /#([A-Za-z0-9_-]{64})/.exec(mail?.text ?? '')?.[1] ?? '';
}
