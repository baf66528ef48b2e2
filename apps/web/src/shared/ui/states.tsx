import type { UseQueryResult } from '@tanstack/react-query';
import { Component, type ReactNode, useLayoutEffect, useRef } from 'react';
import { ProblemError } from '../api/client.js';
import { useText } from '../i18n/catalogue.js';
import { uiText } from '../i18n/ui-text.js';
import { Alert, Button } from './controls.js';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** Height of the skeleton in lines, so that nothing moves when the content comes. */
  lines?: number;
  children: (data: T) => ReactNode;
}

/** The content of a query: skeleton while it loads, the problem with Retry when it fails, old content dimmed while a new filter loads. */
export function Loaded<T>({ query, lines = 3, children }: LoadedProps<T>) {
  if (query.data === undefined)
    return query.isError ? <Trouble error={query.error} retry={() => void query.refetch()} /> : <Skeleton lines={lines} />;
  return (
    <div className={query.isPlaceholderData ? 'wm-dimmed' : undefined} aria-busy={query.isPlaceholderData || undefined}>
      {query.isError && <Trouble error={query.error} retry={() => void query.refetch()} stale={query.dataUpdatedAt} />}
      {children(query.data)}
    </div>
  );
}

/** Grey lines in the size of what will come; not seen during the first 150 ms. What stands below them on the page comes after them. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const t = useText(uiText);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => holdBack(place.current), []);
  return (
    <div ref={place} className="wm-skeleton" role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}

/**
 * Marks the element and what it stands in as waiting; the style sheet hides what follows them, so that nothing moves under the reader. Answers how
 * to end it. (The selector `:has()` would do, but browsers forget to look again when what it asked for has gone.)
 */
function holdBack(waiting: HTMLElement | null): () => void {
  const marked: HTMLElement[] = [];
  for (let at = waiting; at && !at.matches('.wm-main'); at = at.parentElement) marked.push(at);
  const count = (element: HTMLElement, change: number) => {
    const waits = Number(element.dataset.waits ?? 0) + change;
    if (waits > 0) element.dataset.waits = String(waits);
    else delete element.dataset.waits;
  };
  marked.forEach((element) => count(element, 1));
  return () => marked.forEach((element) => count(element, -1));
}

/** What went wrong, where it went wrong: in words, with Retry and the id to name when asking for help. */
export function Trouble({ error, retry, stale }: { error: unknown; retry?: () => void; stale?: number }) {
  const t = useText(uiText);
  const problem = error instanceof ProblemError ? error.problem : null;
  if (problem?.status === 404) return <EmptyState title={t('notFoundTitle')} text={t('notFoundText')} />;
  if (problem?.code === 'forbidden') return <EmptyState title={t('forbiddenTitle')} text={t('forbiddenText', { detail: problem.detail })} />;
  return (
    <Alert color="gray" variant="outline" title={problem?.title ?? t('failedTitle')} className="wm-trouble" role="alert">
      <p>{problem?.detail ?? t('brokenText')}</p>
      {stale !== undefined && <p>{t('stale', { time: new Date(stale).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }) })}</p>}
      {problem?.requestId && <p className="wm-muted">{t('errorId', { id: problem.requestId })}</p>}
      {retry && (
        <Button variant="default" size="xs" onClick={retry}>
          {t('retry')}
        </Button>
      )}
    </Alert>
  );
}

/** Nothing to show: what is missing, why, and one thing to do. */
export function EmptyState({ title, text, action }: { title: string; text?: ReactNode; action?: ReactNode }) {
  return (
    <div className="wm-empty">
      <p className="wm-empty-title">{title}</p>
      {text && <p>{text}</p>}
      {action}
    </div>
  );
}

/** Keeps a failure while drawing inside the card or page where it happened. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <Trouble error={this.state.error} retry={() => this.setState({ error: undefined })} />;
  }
}
