import { DomainError } from '@waymark/kernel';
import type { FastifyRequest } from 'fastify';

/** A header that no foreign page can send without being asked first. The web app sends it with every refresh and sign-out. */
export const clientHeader = 'x-waymark-client';

/**
 * Refuses what another site's page sends with the person's cookie (reliability 3.2). Browsers say where a request comes from in `Sec-Fetch-Site`;
 * older ones in `Origin`; programs without either name themselves in `X-Waymark-Client`.
 */
export function assertOwnPage(request: Pick<FastifyRequest, 'headers'>, publicUrl: URL): void {
  const { 'sec-fetch-site': site, origin, host } = request.headers;
  if (site !== undefined) {
    if (site === 'same-origin') return;
  } else if (origin !== undefined) {
    if (origin === publicUrl.origin || (URL.canParse(origin) && new URL(origin).host === host)) return;
  } else if (request.headers[clientHeader] !== undefined) return;
  throw new DomainError('forbidden', `Only Waymark's own pages may do this. Programs send the header X-Waymark-Client.`);
}
