import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What surrounds every page of a signed-in person. */
const shell = [['.wm-rail'], ['.wm-header'], ['.wm-bottom']];
/** Rows that are drawn like those before them: the first eight of each list speak for all. */
const alike = ['tr', 'li', 'option', '.wm-goal-grid > *'].map((row) => [`${row}:nth-child(n+9)`]);

interface AxeWindow {
  axe?: { run(root: object, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
}

interface AxeOptions {
  /** All rules unless given. */
  rules?: readonly string[];
  /** Looks at the first rows of long lists only. */
  sample?: boolean;
  /** Looks at what the page itself shows, without the navigation around it. */
  inside?: boolean;
}

/** What axe finds on the page as it stands: rule and first element each. An open overlay lies outside the landmarks, as it should. */
export async function axeFindings(page: Page, { rules, sample = false, inside = false }: AxeOptions = {}): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(
    async ([runOnly, exclude]) => {
      const run = (window as unknown as Required<AxeWindow>).axe.run;
      const overlay = document.querySelector('[data-portal] :is([role=menu], [role=dialog], [role=listbox])') !== null;
      // Selectors and style sheets fetched anew cost as much as the rules and say nothing more here.
      const found = await run({ include: [['html']], exclude }, { runOnly, resultTypes: ['violations'], selectors: false, preload: false });
      return found.violations.filter(({ id }) => !overlay || id !== 'region').map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
    },
    [rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags }, [...(sample ? alike : []), ...(inside ? shell : [])]] as const,
  );
}

/** Pixels by which the page is wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** What of the layout is wrong at the present width: sideways scrolling, overlaps, targets that are too small. */
export async function layoutFindings(page: Page): Promise<string[]> {
  const wider = await overflow(page);
  return [
    ...(wider > 0 ? [`wider than the window by ${wider} px`] : []),
    ...(await unseen(page)),
    ...(await overlaps(page)),
    ...(await smallTargets(page)),
  ];
}

/** Parts of the page that are there and cannot be seen: axe passes over them. */
function unseen(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('h1, main section, main table, main form')]
      .filter(
        (part) =>
          !document.querySelector('.wm-skeleton') &&
          !part.closest('details:not([open])') &&
          !part.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
      )
      .map((part) => `cannot be seen: ${part.outerHTML.slice(0, 80)}`),
  );
}

const controls =
  'button, a[href], input:not([type=hidden]), select, textarea, summary, [role=button], [role=menuitem], [role=option], [role=tab], [tabindex="0"]';

/**
 * Targets under 24 px in one direction (WCAG 2.5.8), links inside a sentence excepted. Room around a small target would do there; here it does not.
 * A label belongs to the target of its field.
 */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((selector) => {
    const least = 23.5; // layouts round
    const seen = (element: HTMLElement) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && !element.closest('[inert], .wm-hidden, .wm-skip');
    const inSentence = (element: HTMLElement) => {
      const around = element.parentElement?.textContent?.trim() ?? '';
      return (
        element.tagName === 'A' && getComputedStyle(element).display.startsWith('inline') && around.length > (element.textContent?.trim().length ?? 0)
      );
    };
    const sizeOf = (element: HTMLElement) => {
      const parts = [element, ...((element as HTMLInputElement).labels ?? [])].map((part) => part.getBoundingClientRect());
      const width = Math.max(...parts.map(({ right }) => right)) - Math.min(...parts.map(({ left }) => left));
      const height = Math.max(...parts.map(({ bottom }) => bottom)) - Math.min(...parts.map(({ top }) => top));
      return { element, width, height };
    };
    return [...document.querySelectorAll<HTMLElement>(selector)]
      .filter((element) => seen(element) && !inSentence(element))
      .map(sizeOf)
      .filter(({ width, height }) => width > 0 && height > 0 && (width < least || height < least))
      .map(
        ({ element, width, height }) =>
          `target of ${Math.round(width)} x ${Math.round(height)} px: ${element.tagName} ${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}`,
      );
  }, controls);
}

/**
 * Controls that lie over one another, and texts that do. What is fixed to the window and overlays may lie over the page; the walk with Tab judges
 * whether they hide what has the focus.
 */
export function overlaps(page: Page): Promise<string[]> {
  return page.evaluate((selector) => {
    const layerOf = (element: Element | null): Element | null => {
      for (let at = element; at; at = at.parentElement) {
        const { position } = getComputedStyle(at);
        if (position === 'fixed' || position === 'sticky' || at.matches('[data-portal]')) return at;
      }
      return null;
    };
    const hidden = (element: Element) =>
      !element.checkVisibility({ visibilityProperty: true }) || element.closest('[inert], .wm-hidden, .wm-skip, [aria-hidden=true] svg') !== null;
    const named = (element: Element) =>
      `${element.tagName} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`;
    // A box that clips shows only what lies inside it.
    const shown = (element: Element, rect: DOMRect) => {
      let { left, top, right, bottom } = rect;
      for (let at: Element | null = element; at && at !== document.documentElement; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.clipPath !== 'none') return null;
        if (at === element || style.overflow === 'visible') continue;
        const box = at.getBoundingClientRect();
        [left, top, right, bottom] = [Math.max(left, box.left), Math.max(top, box.top), Math.min(right, box.right), Math.min(bottom, box.bottom)];
      }
      return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
    };
    interface Piece {
      element: Element;
      layer: Element | null;
      left: number;
      top: number;
      right: number;
      bottom: number;
    }
    const pieces = (elements: [Element, DOMRect][]): Piece[] =>
      elements.flatMap(([element, rect]) => {
        const box = hidden(element) ? null : shown(element, rect);
        return box ? [{ element, layer: layerOf(element), ...box }] : [];
      });
    const found: string[] = [];
    const compare = (list: Piece[], slack: number, together: (one: Element, other: Element) => boolean) => {
      const sorted = list.sort((one, other) => one.top - other.top);
      sorted.forEach((one, at) => {
        for (let next = at + 1; next < sorted.length; next++) {
          const other = sorted[next] as Piece;
          if (other.top > one.bottom - slack) break;
          if (one.layer !== other.layer || together(one.element, other.element)) continue;
          const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
          const down = Math.min(one.bottom, other.bottom) - other.top;
          if (across > slack && down > slack)
            found.push(`${named(one.element)} and ${named(other.element)} overlap by ${Math.round(across)} x ${Math.round(down)} px`);
        }
      });
    };
    const field = (element: Element) => element.closest('.mantine-Input-wrapper, .mantine-InputWrapper-root, label');
    compare(
      pieces([...document.querySelectorAll(selector)].map((element) => [element, element.getBoundingClientRect()])),
      1,
      (one, other) => one.contains(other) || other.contains(one) || (field(one) !== null && field(one) === field(other)),
    );
    const texts: [Element, DOMRect][] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.textContent?.trim() || !node.parentElement) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) texts.push([node.parentElement, rect]);
    }
    // Line boxes of neighbours may touch; letters that do lie deeper than four pixels.
    compare(pieces(texts), 4, (one, other) => one === other);
    return [...new Set(found)].slice(0, 5);
  }, controls);
}

/**
 * Walks with Tab from where the page put the focus, up to `most` stops, and says which stops cannot be seen: outside the window, under something
 * else, or without a mark of focus (WCAG 2.4.7, 2.4.11).
 */
export async function focusFindings(page: Page, most = 30): Promise<string[]> {
  const found: string[] = [];
  for (let stop = 0; stop < most; stop++) {
    await page.keyboard.press('Tab');
    const { end, wrong } = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const marks = window as unknown as { walked?: { path: string; stops: Set<Element> } };
      if (marks.walked?.path !== location.href) marks.walked = { path: location.href, stops: new Set() };
      if (!element || element === document.body || marks.walked.stops.has(element)) return { end: true, wrong: null };
      marks.walked.stops.add(element);
      const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
      const name = `${element.tagName} "${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}"`;
      if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight)
        return { end: false, wrong: `${name} has the focus outside the window` };
      const [x, y] = [Math.min(Math.max(left + width / 2, 0), innerWidth - 1), Math.min(Math.max(top + height / 2, 0), innerHeight - 1)];
      const there = document.elementFromPoint(x, y);
      const own = [element, ...((element as HTMLInputElement).labels ?? [])];
      if (!own.some((part) => part.contains(there) || there?.contains(part)))
        return { end: false, wrong: `${name} has the focus under ${there?.outerHTML.slice(0, 80)}` };
      const marked = [element, element.nextElementSibling, element.parentElement].some((part) => {
        if (!part) return false;
        const { outlineStyle, outlineWidth } = getComputedStyle(part);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      });
      return { end: false, wrong: marked ? null : `${name} does not show that it has the focus` };
    });
    if (wrong) found.push(wrong);
    if (end) break;
  }
  return found;
}

/** Starts to add up what moves by itself on the page (CLS), for every document of it. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const marks = window as unknown as { shifts: number; shifted: string[] };
    marks.shifts = 0;
    marks.shifted = [];
    type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources?: { node?: Node }[] };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        marks.shifts += entry.value;
        const moved = entry.sources?.[0]?.node;
        const name = moved instanceof HTMLElement ? `${moved.tagName}.${moved.className}` : (moved?.nodeName ?? '?');
        marks.shifted.push(`${entry.value.toFixed(3)} ${name} "${moved?.textContent?.trim().slice(0, 30)}"`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The shifts since the last time it was asked, and what moved first. */
export async function shiftsSince(page: Page): Promise<{ score: number; moved: string[] }> {
  return page.evaluate(() => {
    const marks = window as unknown as { shifts: number; shifted: string[] };
    const { shifts: score, shifted: moved } = marks;
    marks.shifts = 0;
    marks.shifted = [];
    return { score, moved };
  });
}
