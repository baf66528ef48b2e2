import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { IntlProvider } from 'react-intl';
import { ProblemError, whenSessionChanges } from '../shared/api/client.js';
import { queries } from '../shared/api/queries.js';
import { Toasts } from '../shared/ui/toasts.js';
import { UiProvider } from '../shared/ui/provider.js';
import { createAppRouter, signInPath } from './router.js';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays a refusal; only silence and troubles of the server are worth another try.
      retry: (failures, error) => failures < 2 && !(error instanceof ProblemError && error.problem.status >= 400 && error.problem.status < 500),
    },
  },
});

const router = createAppRouter(client);

// The session ended while a page was open: sign in and come back to it.
whenSessionChanges((session) => {
  if (session) client.setQueryData(queries.me().queryKey, session.me);
  else if (!router.state.location.pathname.startsWith('/signin') && router.state.location.pathname !== '/')
    router.history.push(signInPath(router.state.location.href));
});

/** The whole app: language, looks, messages, data and pages. */
export function App() {
  return (
    <IntlProvider locale="en" defaultLocale="en">
      <UiProvider>
        <QueryClientProvider client={client}>
          <Toasts>
            <RouterProvider router={router} />
          </Toasts>
        </QueryClientProvider>
      </UiProvider>
    </IntlProvider>
  );
}
