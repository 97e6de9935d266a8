/** The names of the demo city as pages write them; what a page does not know is called by its own id. */
import { demoCityPlan } from '@octavo/domain/transit/city.ts';

type Name = { readonly en: string; readonly zh: string };

const { stations, routes, operators, lines } = demoCityPlan;
const names = {
  station: new Map(stations.map(({ station, name }) => [station, name])),
  route: new Map(routes.map(({ route, name }) => [route, name])),
  operator: new Map(operators.map(({ operator, name }) => [operator, name])),
  line: new Map(lines.map(({ line, name }) => [line, name])),
} satisfies Readonly<Record<string, ReadonlyMap<string, Name>>>;

/** A name in the page's language. */
export function cityName(kind: keyof typeof names, id: string, language: string): string {
  const name = names[kind].get(id);
  if (name === undefined) return id;
  return language === 'zh-CN' ? name.zh : name.en;
}
