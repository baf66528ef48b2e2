import { type ReactNode, useEffect, useRef } from 'react';

let pagesShown = 0;

interface PageProps {
  /** The h1. */
  title: string;
  /** What stands before the organisation in the window's title, narrowest first; the title alone unless given. */
  trail?: string[];
  /** One line below the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** One page: its h1 (which takes the focus after a navigation), the window's title, actions and content. */
export function Page({ title, trail = [], lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (pagesShown++ > 0) heading.current?.focus();
  }, []);
  const full = [title, ...trail, 'Waymark'].join(' · ');
  useEffect(() => {
    document.title = full;
  }, [full]);
  return (
    <>
      <div className="wm-page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p className="wm-lead">{lead}</p>}
        </div>
        {actions && <div className="wm-actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}

/** A card with its own heading. */
export function Card({ title, aside, children, className = '' }: { title?: ReactNode; aside?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={`wm-card ${className}`}>
      {title && (
        <div className="wm-card-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** Names and values side by side. */
export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className="wm-facts">
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
