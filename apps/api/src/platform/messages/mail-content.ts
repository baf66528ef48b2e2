/** What a mail says, as data: the words are made when it is sent. */
export type MailContent =
  { kind: 'notice'; sentence: string; path: string | null } | { kind: 'invitation'; token: string; by: string } | { kind: 'reset'; token: string };

/** A mail as it leaves: plain text and the same as simple HTML. */
export interface MailText {
  subject: string;
  text: string;
  html: string;
}

/** Where the mail comes from and whom it greets. */
export interface MailFrame {
  organisation: string;
  slug: string;
  name: string;
  publicUrl: URL;
}

interface Words {
  subject: string;
  paragraphs: string[];
  link: { label: string; address: string } | null;
  footer: string;
}

/** The words of a mail. No pictures, no counted links; the token stands behind `#`, which browsers send to no server and no log. */
export function mailText(content: MailContent, frame: MailFrame): MailText {
  const words = wordsOf(content, frame);
  const lines = [`Hello ${frame.name},`, ...words.paragraphs];
  const text = [...lines, ...(words.link ? [`${words.link.label}:\n${words.link.address}`] : []), `-- \n${words.footer}`].join('\n\n');
  const html = [
    '<!doctype html><html lang="en"><body>',
    ...lines.map((line) => `<p>${escaped(line)}</p>`),
    words.link ? `<p><a href="${escaped(words.link.address)}">${escaped(words.link.label)}</a></p><p>${escaped(words.link.address)}</p>` : '',
    `<p><small>${escaped(words.footer)}</small></p>`,
    '</body></html>',
  ].join('\n');
  return { subject: oneLine(words.subject), text: `${text}\n`, html };
}

function wordsOf(content: MailContent, frame: MailFrame): Words {
  const { organisation, slug, publicUrl } = frame;
  const at = (path: string) => new URL(path, publicUrl).href;
  const footer = `${organisation} on Waymark`;
  if (content.kind === 'invitation')
    return {
      subject: `You are invited to ${organisation}`,
      paragraphs: [
        `${content.by} invites you to ${organisation} on Waymark. Choose a password to begin. The link works once, within 7 days.`,
        `Your organisation's short name for signing in is "${slug}".`,
      ],
      link: { label: 'Accept the invitation', address: at(`/access/invitation#${content.token}`) },
      footer,
    };
  if (content.kind === 'reset')
    return {
      subject: `Set a new password for ${organisation}`,
      paragraphs: [
        `Somebody, probably you, asked to set a new password for ${organisation}. The link works once, within one hour. When you use it, you are signed out everywhere.`,
        'If it was not you, do nothing: your password stays as it is.',
      ],
      link: { label: 'Set a new password', address: at(`/access/reset#${content.token}`) },
      footer,
    };
  return {
    subject: content.sentence,
    paragraphs: [content.sentence],
    link: content.path ? { label: 'Open in Waymark', address: at(`/${slug}${content.path}`) } : null,
    footer,
  };
}

/** Text inside HTML and inside quoted attributes. */
function escaped(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (sign) => names[sign] as string);
}

/** A header is one line without control characters, and not endless. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > 150 ? `${line.slice(0, 149)}…` : line;
}
