import { useQuery, type QueryClient } from '@tanstack/react-query';
import type { Me, Session } from '@waymark/contracts';
import { call, currentToken, forgetPerson, keepSession, refreshSession } from './client.js';
import { queries } from './queries.js';

/** The person of this page: from memory, else by the refresh cookie; null when nobody is signed in. */
export async function ensureSession(client: QueryClient): Promise<Me | null> {
  if (currentToken() !== null) {
    const known = client.getQueryData(queries.me().queryKey);
    if (known) return known;
  }
  const session = await refreshSession();
  return session ? begin(client, session) : null;
}

/** Starts working as somebody: nothing of whoever was here before stays. */
export function takeSession(client: QueryClient, session: Session): Me {
  client.clear();
  forgetPerson();
  keepSession(session);
  return begin(client, session);
}

/** Ends the session here and on the server. */
export async function signOut(client: QueryClient): Promise<void> {
  await call('POST', '/api/auth/sign-out').catch(() => undefined); // signed out here all the same; the session ends by itself
  forgetPerson();
  client.clear();
}

/** The server ended every session of the person: nothing of theirs stays here. */
export function leaveEverywhere(client: QueryClient): void {
  forgetPerson();
  client.clear();
}

/** Who is signed in. Only below the organisation's route, where there is always somebody. */
export function useMe(): Me {
  const { data } = useQuery({ ...queries.me(), staleTime: 60_000 });
  if (!data) throw new Error('There is no session on this page.');
  return data;
}

/** Whether the signed-in person holds the capability. */
export function useMay(capability: string): boolean {
  return useMe().capabilities.includes(capability);
}

/** Whether the organisation has the feature on; what is off is not shown (PLAT-03). */
export function useFeature(feature: keyof Me['features']): boolean {
  return useMe().features[feature];
}

function begin(client: QueryClient, session: Session): Me {
  client.setQueryData(queries.me().queryKey, session.me);
  return session.me;
}
