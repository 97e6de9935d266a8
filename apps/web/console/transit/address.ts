/** Which part of transit is looked at, and whose: it stands in the page's address. */

/** The parts in the order of their tabs. */
export const views = ['gates', 'journeys', 'accounts', 'charges', 'books'] as const;

/** A part. */
export type View = (typeof views)[number];

/** What the address asks for. */
export type Address = {
  readonly view: View;
  /** A service day, YYYY-MM-DD. */
  readonly day?: string | undefined;
  /** A whole account id. */
  readonly account?: string | undefined;
  /** A month of that account, YYYY-MM. */
  readonly month?: string | undefined;
};

/** The address of a part. */
export function transitPath({ view, day, account, month }: Address): string {
  const query = new URLSearchParams();
  if (view !== 'gates') query.set('show', view);
  if (day !== undefined) query.set('day', day);
  if (account !== undefined) query.set('account', account);
  if (month !== undefined) query.set('month', month);
  return query.size === 0 ? '/transit' : `/transit?${query}`;
}

/** What a query asks for. */
export function addressOf(search: string): Address {
  const query = new URLSearchParams(search);
  const like = (name: string, shape: RegExp): string | undefined => {
    const value = query.get(name) ?? '';
    return shape.test(value) ? value : undefined;
  };
  return {
    view: views.find((view) => view === query.get('show')) ?? 'gates',
    day: like('day', /^20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/),
    account: like('account', /^[0-9A-F]{32}$/),
    month: like('month', /^20\d{2}-(?:0[1-9]|1[0-2])$/),
  };
}
